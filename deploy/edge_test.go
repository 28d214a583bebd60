package deploy_test

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dcm.io/deploy/manifest"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// An end is where a connection begins or ends: a Pod, or an address outside of
// the cluster.
type end struct {
	name      string
	namespace string // empty: outside
	labels    labels.Set
	address   netip.Addr
}

// neighbours are the ends that are not our programs. The last one of each sort
// stands for everybody whom no policy has in mind.
var neighbours = []end{
	{name: "dns", namespace: "kube-system", labels: labels.Set{"k8s-app": "kube-dns"}},
	{name: "openshift-dns", namespace: "openshift-dns"},
	{name: "knative-serving", namespace: "knative-serving"},
	{name: "knative-eventing", namespace: "knative-eventing"},
	{name: "kourier", namespace: "kourier-system"},
	{name: "openshift-gateway", namespace: "knative-serving-ingress"},
	{name: "prometheus", namespace: "monitoring"},
	{name: "openshift-prometheus", namespace: "openshift-user-workload-monitoring"},
	{name: "cnpg-operator", namespace: "cnpg-system", labels: labels.Set{"app.kubernetes.io/name": "cloudnative-pg"}},
	{name: "pooler", namespace: "dcm-db", labels: labels.Set{"cnpg.io/poolerName": "dcm-pooler"}},
	{name: "postgres", namespace: "dcm-db", labels: labels.Set{"cnpg.io/cluster": "dcm-db", "cnpg.io/podRole": "instance"}},
	{name: "other-in-db", namespace: "dcm-db"},
	{name: "other-in-dcm", namespace: "dcm"},
	{name: "other-pod", namespace: "somebody"},
	{name: "vcenter", address: netip.MustParseAddr("192.0.2.10")},
	{name: "mail-server", address: netip.MustParseAddr("192.0.2.25")},
	{name: "object-store", address: netip.MustParseAddr("198.51.100.10")},
	{name: "issuer", address: netip.MustParseAddr("203.0.113.10")},
	{name: "api-server", address: netip.MustParseAddr("10.0.0.10")},
	{name: "internet", address: netip.MustParseAddr("1.1.1.1")},
}

// unnamed is a port that no policy names: who reaches it reaches all.
const unnamed = 4711

// TestEdges computes from the policies who may talk to whom and compares that
// with the table in testdata/edges. What is not in the table is refused.
func TestEdges(t *testing.T) {
	t.Parallel()
	for _, overlay := range []string{"base", "production", "openshift"} {
		t.Run(overlay, func(t *testing.T) {
			t.Parallel()
			objects := one(t, overlay)
			got, want := edges(t, objects), table(t, overlay)
			for _, e := range got {
				if !slices.Contains(want, e) {
					t.Errorf("may, and should not: %s", e)
				}
			}
			for _, e := range want {
				if !slices.Contains(got, e) {
					t.Errorf("should, and may not: %s", e)
				}
			}
		})
	}
}

// groups stand in the tables for their members.
var groups = map[string][]string{
	"services":   services,
	"announcers": {"submit", "approve", "provision", "notify", "audit-export"},
	"clients":    {"submit", "approve", "provision", "notify", "audit-export", "web"},
}

// table reads the expected edges: who -> to whom, over which ports, several of
// each with commas between, and the reason behind a #.
func table(t *testing.T, overlay string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "edges", overlay+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		line, _, _ := strings.Cut(s.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 4 || words[1] != "->" {
			t.Fatalf("%s: cannot read %q", overlay, s.Text())
		}
		for _, from := range members(words[0]) {
			for _, to := range members(words[2]) {
				for port := range strings.SplitSeq(words[3], ",") {
					lines = append(lines, from+" -> "+to+" "+port)
				}
			}
		}
	}
	return lines
}

func members(list string) []string {
	var all []string
	for name := range strings.SplitSeq(list, ",") {
		if g, ok := groups[name]; ok {
			all = append(all, g...)
			continue
		}
		all = append(all, name)
	}
	return all
}

// edges are all connections that the policies allow and that begin or end in a
// namespace of ours, as "from -> to protocol/port".
func edges(t *testing.T, objects []manifest.Object) []string {
	t.Helper()
	var policies []networkingv1.NetworkPolicy
	ports := map[string]networkingv1.NetworkPolicyPort{}
	for _, o := range objects {
		if o.Kind != "NetworkPolicy" {
			continue
		}
		p := *decode[networkingv1.NetworkPolicy](t, o)
		policies = append(policies, p)
		for _, in := range p.Spec.Ingress {
			gather(ports, in.Ports)
		}
		for _, out := range p.Spec.Egress {
			gather(ports, out.Ports)
		}
	}
	ends := slices.Clone(neighbours)
	for _, p := range programs(t, objects) {
		ends = append(ends, end{name: p.name, namespace: "dcm", labels: p.meta.Labels})
	}
	v := verdict{policies}
	var found []string
	for _, from := range ends {
		for _, to := range ends {
			if !v.concerns(from) && !v.concerns(to) {
				continue
			}
			if v.allows(from, to, corev1.ProtocolTCP, unnamed) {
				found = append(found, fmt.Sprintf("%s -> %s *", from.name, to.name))
				continue
			}
			for name, port := range ports {
				if v.allows(from, to, *port.Protocol, port.Port.IntVal) {
					found = append(found, fmt.Sprintf("%s -> %s %s", from.name, to.name, name))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

func gather(all map[string]networkingv1.NetworkPolicyPort, more []networkingv1.NetworkPolicyPort) {
	for _, p := range more {
		all[fmt.Sprintf("%s/%d", *p.Protocol, p.Port.IntVal)] = p
	}
}

// A verdict is the meaning of policies, as networking.k8s.io/v1 defines it: a Pod
// that a policy selects is closed in the policy's direction except for what any
// such policy lets through, and both ends have to agree.
type verdict struct{ policies []networkingv1.NetworkPolicy }

func (v verdict) allows(from, to end, protocol corev1.Protocol, port int32) bool {
	return v.out(from, to, protocol, port) && v.in(from, to, protocol, port)
}

func (v verdict) out(from, to end, protocol corev1.Protocol, port int32) bool {
	if !v.governs(from, "Egress") {
		return true
	}
	return slices.ContainsFunc(v.policies, func(p networkingv1.NetworkPolicy) bool {
		return selects(p, from) && slices.ContainsFunc(p.Spec.Egress, func(r networkingv1.NetworkPolicyEgressRule) bool {
			return peers(p.Namespace, r.To, to) && carries(r.Ports, protocol, port)
		})
	})
}

func (v verdict) in(from, to end, protocol corev1.Protocol, port int32) bool {
	if !v.governs(to, "Ingress") {
		return true
	}
	return slices.ContainsFunc(v.policies, func(p networkingv1.NetworkPolicy) bool {
		return selects(p, to) && slices.ContainsFunc(p.Spec.Ingress, func(r networkingv1.NetworkPolicyIngressRule) bool {
			return peers(p.Namespace, r.From, from) && carries(r.Ports, protocol, port)
		})
	})
}

// concerns reports whether the end is in a namespace that has policies.
func (v verdict) concerns(e end) bool {
	return slices.ContainsFunc(v.policies, func(p networkingv1.NetworkPolicy) bool { return p.Namespace == e.namespace })
}

// governs reports whether any policy closes the end in the direction.
func (v verdict) governs(e end, direction networkingv1.PolicyType) bool {
	return slices.ContainsFunc(v.policies, func(p networkingv1.NetworkPolicy) bool {
		return selects(p, e) && slices.Contains(p.Spec.PolicyTypes, direction)
	})
}

func selects(p networkingv1.NetworkPolicy, e end) bool {
	return e.namespace == p.Namespace && matches(&p.Spec.PodSelector, e.labels)
}

// peers: no peers at all means everybody.
func peers(own string, named []networkingv1.NetworkPolicyPeer, e end) bool {
	return len(named) == 0 || slices.ContainsFunc(named, func(p networkingv1.NetworkPolicyPeer) bool {
		if p.IPBlock != nil {
			return e.namespace == "" && within(p.IPBlock, e.address)
		}
		if e.namespace == "" {
			return false
		}
		if p.NamespaceSelector == nil {
			return e.namespace == own && matches(p.PodSelector, e.labels)
		}
		return matches(p.NamespaceSelector, labels.Set{corev1.LabelMetadataName: e.namespace}) && (p.PodSelector == nil || matches(p.PodSelector, e.labels))
	})
}

func within(b *networkingv1.IPBlock, a netip.Addr) bool {
	return netip.MustParsePrefix(b.CIDR).Contains(a) &&
		!slices.ContainsFunc(b.Except, func(x string) bool { return netip.MustParsePrefix(x).Contains(a) })
}

func carries(ports []networkingv1.NetworkPolicyPort, protocol corev1.Protocol, port int32) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		return *p.Protocol == protocol && p.Port.IntVal == port
	})
}

func matches(s *metav1.LabelSelector, set labels.Set) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(set)
}

// TestPoliciesAreComplete: the evaluator relies on ports and protocols that are
// written out.
func TestPoliciesAreComplete(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		for _, o := range objects {
			if o.Kind != "NetworkPolicy" {
				continue
			}
			p := decode[networkingv1.NetworkPolicy](t, o)
			if len(p.Spec.PolicyTypes) == 0 {
				t.Errorf("%s: policyTypes are left to be guessed", o)
			}
			var all []networkingv1.NetworkPolicyPort
			for _, r := range p.Spec.Ingress {
				all = append(all, r.Ports...)
			}
			for _, r := range p.Spec.Egress {
				all = append(all, r.Ports...)
			}
			for _, port := range all {
				if port.Protocol == nil || port.Port == nil || port.Port.IntVal == 0 || port.EndPort != nil {
					t.Errorf("%s: name protocol and number of each port", o)
				}
			}
		}
	})
}

// TestEvaluator: an evaluator that says yes to everything would pass the tables
// of those who allow everything.
func TestEvaluator(t *testing.T) {
	t.Parallel()
	deny := networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "dcm"}, Spec: networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{"Ingress", "Egress"}}}
	outside := deny
	outside.Spec.Egress = []networkingv1.NetworkPolicyEgressRule{{To: []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "0.0.0.0/0", Except: []string{"10.0.0.0/8"}}}}}}
	a, b := end{name: "a", namespace: "dcm"}, end{name: "b", namespace: "dcm"}
	internet, inside := end{address: netip.MustParseAddr("1.1.1.1")}, end{address: netip.MustParseAddr("10.1.1.1")}
	cases := map[string]struct {
		policies []networkingv1.NetworkPolicy
		from, to end
		want     bool
		reason   string
	}{
		"NoPolicy":   {from: a, to: b, want: true, reason: "a cluster is open by default"},
		"Denied":     {policies: []networkingv1.NetworkPolicy{deny}, from: a, to: b, reason: "both are closed"},
		"Outside":    {policies: []networkingv1.NetworkPolicy{deny, outside}, from: a, to: internet, want: true, reason: "policies add up"},
		"Except":     {policies: []networkingv1.NetworkPolicy{deny, outside}, from: a, to: inside, reason: "an exception is none of the block"},
		"BlockNoPod": {policies: []networkingv1.NetworkPolicy{outside}, from: a, to: b, reason: "a block of addresses means no Pods"},
		"OtherSpace": {policies: []networkingv1.NetworkPolicy{deny}, from: end{namespace: "x"}, to: end{namespace: "y"}, want: true, reason: "a policy holds in its namespace"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (verdict{tc.policies}).allows(tc.from, tc.to, corev1.ProtocolTCP, 80); got != tc.want {
				t.Errorf("allowed is %t: %s", got, tc.reason)
			}
		})
	}
}
