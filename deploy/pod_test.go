package deploy_test

import (
	"testing"

	"dcm.io/deploy/manifest"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// TestPodSecurity asks the admission that every cluster has whether it would
// take our Pods at its strictest level.
func TestPodSecurity(t *testing.T) {
	t.Parallel()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	each(t, func(t *testing.T, objects []manifest.Object) {
		for _, p := range programs(t, objects) {
			if r := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &p.meta, &p.spec)); !r.Allowed {
				t.Errorf("%s would be refused: %s", p.name, r.ForbiddenDetail())
			}
		}
	})
}

// TestPods: what admission does not ask for, and we promise.
func TestPods(t *testing.T) {
	t.Parallel()
	promises := map[string]struct {
		kept   func(corev1.PodSpec) bool
		reason string
	}{
		"AnyUser":           {kept: anyUser, reason: "OpenShift gives each namespace a range of user ids of its own"},
		"ReadOnlyRoot":      {kept: readOnlyRoot, reason: "what cannot be written cannot be planted"},
		"NoServiceLinks":    {kept: func(s corev1.PodSpec) bool { return s.EnableServiceLinks != nil && !*s.EnableServiceLinks }, reason: "with many Services they slow every start, and they overwrite variables"},
		"NoToken":           {kept: noToken, reason: "no program talks to the cluster"},
		"OwnAccount":        {kept: func(s corev1.PodSpec) bool { return s.ServiceAccountName != "" && s.ServiceAccountName != "default" }, reason: "one identity for each program"},
		"Resources":         {kept: resources, reason: "a Pod without them is the first to be evicted, or takes the node with it"},
		"OnlyItsContainers": {kept: func(s corev1.PodSpec) bool { return len(s.InitContainers) == 0 && len(s.Containers) == 1 }, reason: "one process in a Pod"},
		"KnownVolumes":      {kept: knownVolumes, reason: "secrets and bounded scratch space, nothing of the node's"},
	}
	each(t, func(t *testing.T, objects []manifest.Object) {
		accounts := map[string]string{}
		for _, p := range programs(t, objects) {
			for name, promise := range promises {
				if !promise.kept(p.spec) {
					t.Errorf("%s breaks %s: %s", p.name, name, promise.reason)
				}
			}
			if other := accounts[p.spec.ServiceAccountName]; other != "" {
				t.Errorf("%s and %s share an account", p.name, other)
			}
			accounts[p.spec.ServiceAccountName] = p.name
		}
		checkAccounts(t, objects, accounts)
	})
}

// checkAccounts: each exists, and hands out no token either.
func checkAccounts(t *testing.T, objects []manifest.Object, used map[string]string) {
	t.Helper()
	for _, o := range objects {
		if o.Type() != "v1 ServiceAccount" || used[o.Name] == "" {
			continue
		}
		if mount := decode[corev1.ServiceAccount](t, o).AutomountServiceAccountToken; mount == nil || *mount {
			t.Errorf("the account %s hands out a token", o.Name)
		}
		delete(used, o.Name)
	}
	for account, p := range used {
		t.Errorf("%s runs as %s, which is not there", p, account)
	}
}

func anyUser(s corev1.PodSpec) bool {
	if c := s.SecurityContext; c != nil && (c.RunAsUser != nil || c.RunAsGroup != nil || c.FSGroup != nil || len(c.SupplementalGroups) > 0) {
		return false
	}
	for _, c := range s.Containers {
		if c.SecurityContext.RunAsUser != nil || c.SecurityContext.RunAsGroup != nil {
			return false
		}
	}
	return true
}

func readOnlyRoot(s corev1.PodSpec) bool {
	for _, c := range s.Containers {
		if ro := c.SecurityContext.ReadOnlyRootFilesystem; ro == nil || !*ro {
			return false
		}
	}
	return true
}

func noToken(s corev1.PodSpec) bool {
	return s.AutomountServiceAccountToken != nil && !*s.AutomountServiceAccountToken
}

func resources(s corev1.PodSpec) bool {
	for _, c := range s.Containers {
		for _, of := range []corev1.ResourceList{c.Resources.Requests, c.Resources.Limits} {
			if of.Cpu().IsZero() || of.Memory().IsZero() {
				return false
			}
		}
	}
	return true
}

func knownVolumes(s corev1.PodSpec) bool {
	for _, v := range s.Volumes {
		if v.Secret == nil && v.Projected == nil && (v.EmptyDir == nil || v.EmptyDir.SizeLimit == nil) {
			return false
		}
	}
	return true
}
