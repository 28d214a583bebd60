package operators_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dcm.io/deploy/manifest"
	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cnpgv1 "github.com/cloudnative-pg/api/pkg/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// kinds are what is judged here, each by the type that its operator uses.
var kinds = map[string]func() any{
	"cert-manager.io/v1 Certificate":               func() any { return new(certmanagerv1.Certificate) },
	"cert-manager.io/v1 Issuer":                    func() any { return new(certmanagerv1.Issuer) },
	"postgresql.cnpg.io/v1 Cluster":                func() any { return new(cnpgv1.Cluster) },
	"postgresql.cnpg.io/v1 Pooler":                 func() any { return new(cnpgv1.Pooler) },
	"postgresql.cnpg.io/v1 ScheduledBackup":        func() any { return new(cnpgv1.ScheduledBackup) },
	"barmancloud.cnpg.io/v1 ObjectStore":           func() any { return new(objectStore) },
	"monitoring.coreos.com/v1 PodMonitor":          func() any { return new(monitoringv1.PodMonitor) },
	"monitoring.coreos.com/v1 ServiceMonitor":      func() any { return new(monitoringv1.ServiceMonitor) },
	"monitoring.coreos.com/v1 PrometheusRule":      func() any { return new(monitoringv1.PrometheusRule) },
	"kustomize.toolkit.fluxcd.io/v1 Kustomization": func() any { return new(kustomizev1.Kustomization) },
	"source.toolkit.fluxcd.io/v1 GitRepository":    func() any { return new(sourcev1.GitRepository) },
}

// An objectStore stands for the type of CloudNativePG's plugin for backups, whose
// module wants versions that cannot be fetched. What it configures is Barman
// Cloud's own type.
type objectStore struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		Configuration   cnpgv1.BarmanObjectStoreConfiguration `json:"configuration"`
		RetentionPolicy string                                `json:"retentionPolicy"`
	} `json:"spec"`
}

// unchecked are kinds whose types are not to be had as a Go module that builds
// here. A misspelled field in one of them is found by its operator and not by us.
var unchecked = map[string]string{
	"kafka.strimzi.io/v1 KafkaTopic":          "Strimzi is written in Java",
	"eventing.knative.dev/v1alpha1 KafkaSink": "no version of the Kafka broker's module can be fetched",
}

// known are groups that deploy's own tests judge.
var known = []string{"v1", "apps/", "batch/", "networking.k8s.io/", "policy/", "rbac.authorization.k8s.io/", "serving.knative.dev/", "eventing.knative.dev/", "messaging.knative.dev/", "sources.knative.dev/", "networking.internal.knative.dev/", "external-secrets.io/"}

// freeForm ends the paths of maps whose keys are the author's.
var freeForm = []string{"metadata.labels", "metadata.annotations", "matchLabels", "labels", "annotations", "limits", "requests", "parameters", "grafana_dashboard"}

// objects are what base, every overlay and the example of Flux hold for other
// operators.
func objects(t *testing.T) []manifest.Object {
	t.Helper()
	dirs, err := manifest.Directories("..")
	if err != nil {
		t.Fatal(err)
	}
	all := flux(t)
	for _, dir := range dirs {
		rendered, err := manifest.Render(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range rendered {
			foreign := !slices.ContainsFunc(known, func(g string) bool {
				return o.APIVersion == g || strings.HasSuffix(g, "/") && strings.HasPrefix(o.APIVersion, g)
			})
			if foreign || unchecked[o.Type()] != "" {
				all = append(all, o)
			}
		}
	}
	return all
}

// flux reads the example, which is no overlay: it names one.
func flux(t *testing.T) []manifest.Object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "flux", "dcm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []manifest.Object
	for doc := range strings.SplitSeq(string(text), "\n---\n") {
		var fields map[string]any
		if err := yaml.UnmarshalStrict([]byte(doc), &fields); err != nil {
			t.Fatal(err)
		}
		all = append(all, manifest.Object{APIVersion: fields["apiVersion"].(string), Kind: fields["kind"].(string), Name: "dcm", Fields: fields})
	}
	return all
}

func TestKinds(t *testing.T) {
	t.Parallel()
	passed := map[string]int{}
	for _, o := range objects(t) {
		made, ok := kinds[o.Type()]
		switch {
		case ok:
			if err := o.Decode(made()); err != nil {
				t.Error(err)
			}
		case unchecked[o.Type()] != "":
			passed[o.Type()]++
		default:
			t.Errorf("%s: nobody knows the type %s", o, o.Type())
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(passed)) {
		t.Logf("not checked, because %s: %d of %s", unchecked[kind], passed[kind], kind)
	}
}

// TestMisspellings: a field name that is wrong by one letter is found.
func TestMisspellings(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, o := range objects(t) {
		made, ok := kinds[o.Type()]
		if !ok {
			continue
		}
		for path, wrong := range o.Misspelled(freeForm) {
			tried++
			if err := wrong.Decode(made()); err == nil {
				t.Errorf("%s is taken with %q misspelled", o, path)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d fields were misspelled", tried)
	}
}
