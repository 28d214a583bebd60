package deploy_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"dcm.io/deploy/manifest"
	externalsecretsv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	eventingv1alpha1 "knative.dev/eventing/pkg/apis/eventing/v1alpha1"
	eventingv1beta3 "knative.dev/eventing/pkg/apis/eventing/v1beta3"
	messagingv1 "knative.dev/eventing/pkg/apis/messaging/v1"
	sourcesv1 "knative.dev/eventing/pkg/apis/sources/v1"
	networkingv1alpha1 "knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/pkg/apis"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	servingv1beta1 "knative.dev/serving/pkg/apis/serving/v1beta1"
)

// kinds are what is judged here, each by the type that the cluster itself uses.
var kinds = map[string]func() any{
	"v1 Namespace":                                                func() any { return new(corev1.Namespace) },
	"v1 ServiceAccount":                                           func() any { return new(corev1.ServiceAccount) },
	"v1 ConfigMap":                                                func() any { return new(corev1.ConfigMap) },
	"v1 Secret":                                                   func() any { return new(corev1.Secret) },
	"v1 Service":                                                  func() any { return new(corev1.Service) },
	"v1 Pod":                                                      func() any { return new(corev1.Pod) },
	"v1 PersistentVolumeClaim":                                    func() any { return new(corev1.PersistentVolumeClaim) },
	"apps/v1 Deployment":                                          func() any { return new(appsv1.Deployment) },
	"apps/v1 StatefulSet":                                         func() any { return new(appsv1.StatefulSet) },
	"batch/v1 Job":                                                func() any { return new(batchv1.Job) },
	"batch/v1 CronJob":                                            func() any { return new(batchv1.CronJob) },
	"networking.k8s.io/v1 NetworkPolicy":                          func() any { return new(networkingv1.NetworkPolicy) },
	"policy/v1 PodDisruptionBudget":                               func() any { return new(policyv1.PodDisruptionBudget) },
	"rbac.authorization.k8s.io/v1 Role":                           func() any { return new(rbacv1.Role) },
	"rbac.authorization.k8s.io/v1 RoleBinding":                    func() any { return new(rbacv1.RoleBinding) },
	"serving.knative.dev/v1 Service":                              func() any { return new(servingv1.Service) },
	"serving.knative.dev/v1beta1 DomainMapping":                   func() any { return new(servingv1beta1.DomainMapping) },
	"eventing.knative.dev/v1 Broker":                              func() any { return new(eventingv1.Broker) },
	"eventing.knative.dev/v1alpha1 EventPolicy":                   func() any { return new(eventingv1alpha1.EventPolicy) },
	"eventing.knative.dev/v1 Trigger":                             func() any { return new(eventingv1.Trigger) },
	"eventing.knative.dev/v1beta3 EventType":                      func() any { return new(eventingv1beta3.EventType) },
	"messaging.knative.dev/v1 Channel":                            func() any { return new(messagingv1.Channel) },
	"messaging.knative.dev/v1 Subscription":                       func() any { return new(messagingv1.Subscription) },
	"external-secrets.io/v1 ExternalSecret":                       func() any { return new(externalsecretsv1.ExternalSecret) },
	"networking.internal.knative.dev/v1alpha1 ClusterDomainClaim": func() any { return new(networkingv1alpha1.ClusterDomainClaim) },
	"sources.knative.dev/v1 PingSource":                           func() any { return new(sourcesv1.PingSource) },
	"sources.knative.dev/v1 SinkBinding":                          func() any { return new(sourcesv1.SinkBinding) },
}

// others begin the names of types that deploy/operators judges.
var others = []string{
	"cert-manager.io/", "kafka.strimzi.io/", "kustomize.toolkit.fluxcd.io/", "source.toolkit.fluxcd.io/",
	"monitoring.coreos.com/", "postgresql.cnpg.io/", "barmancloud.cnpg.io/", "route.openshift.io/", "security.openshift.io/",
	"eventing.knative.dev/v1alpha1 KafkaSink",
}

// freeForm ends the paths of maps whose keys are the author's.
var freeForm = []string{
	"metadata.labels", "metadata.annotations", "matchLabels", "data", "stringData", "limits", "requests", "filter.attributes", "exact", "spec.selector",
}

// check reads an object as its type and has the type judge it, as the webhook of
// a cluster would.
func check(ctx context.Context, o manifest.Object) error {
	made, ok := kinds[o.Type()]
	if !ok {
		return fmt.Errorf("%s: nobody here knows the type %s", o, o.Type())
	}
	into := made()
	if err := o.Decode(into); err != nil {
		return err
	}
	if d, ok := into.(apis.Defaultable); ok {
		d.SetDefaults(ctx)
	}
	if v, ok := into.(apis.Validatable); ok {
		// Serving warns of insecure defaults before it has set them.
		if err := v.Validate(ctx).Filter(apis.ErrorLevel); err != nil {
			return fmt.Errorf("%s: %w", o, err)
		}
	}
	return nil
}

// decode reads an object that TestKinds has found sound.
func decode[T any](t *testing.T, o manifest.Object) *T {
	t.Helper()
	into := new(T)
	if err := o.Decode(into); err != nil {
		t.Fatal(err)
	}
	return into
}

// rendered is base, every overlay, and base with each component, by name; each
// is built once.
var rendered = sync.OnceValues(func() (map[string][]manifest.Object, error) {
	dirs, err := manifest.Directories(".")
	if err != nil {
		return nil, err
	}
	components, err := filepath.Glob("testdata/components/*")
	if err != nil {
		return nil, err
	}
	all := map[string][]manifest.Object{}
	var failed error
	for _, dir := range append(dirs, components...) {
		objects, err := manifest.Render(dir)
		failed = errors.Join(failed, err)
		all[filepath.Base(dir)] = objects
	}
	return all, failed
})

// each runs a test on base and on every overlay.
func each(t *testing.T, test func(*testing.T, []manifest.Object)) {
	t.Helper()
	all, err := rendered()
	if err != nil {
		t.Fatal(err)
	}
	for name, objects := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, objects)
		})
	}
}

// one runs a test on one of them.
func one(t *testing.T, name string) []manifest.Object {
	t.Helper()
	all, err := rendered()
	if err != nil {
		t.Fatal(err)
	}
	if len(all[name]) == 0 {
		t.Fatalf("nothing is rendered from %s", name)
	}
	return all[name]
}

func elsewhere(o manifest.Object) bool {
	return slices.ContainsFunc(others, func(prefix string) bool { return strings.HasPrefix(o.Type(), prefix) })
}

func TestKinds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		for _, o := range objects {
			if elsewhere(o) {
				continue
			}
			if err := check(t.Context(), o); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestMisspellings: a field name that is wrong by one letter is found, whichever
// it is. Of objects of a kind that have the same field one is enough.
func TestMisspellings(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	all, err := rendered()
	if err != nil {
		t.Fatal(err)
	}
	for where, objects := range all {
		for _, o := range objects {
			if elsewhere(o) {
				continue
			}
			for path, wrong := range o.Misspelled(freeForm) {
				at := o.Type() + " " + path
				if seen[at] {
					continue
				}
				seen[at] = true
				if err := check(t.Context(), wrong); err == nil {
					t.Errorf("%s: %s is taken with %q misspelled", where, o, path)
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d fields were misspelled", len(seen))
	}
}
