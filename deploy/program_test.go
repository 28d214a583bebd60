package deploy_test

import (
	"testing"

	"dcm.io/deploy/manifest"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// services are the programs that answer requests; migrate is the one that ends.
var services = []string{"submit", "approve", "provision", "notify", "audit-export", "dead-letter", "web"}

const migrate = "migrate"

// A program is one of ours as it will run.
type program struct {
	name string
	meta metav1.ObjectMeta // of its Pods
	spec corev1.PodSpec
}

// programs finds ours by name among what is rendered.
func programs(t *testing.T, objects []manifest.Object) map[string]program {
	t.Helper()
	all := map[string]program{}
	for _, o := range objects {
		switch {
		case o.Type() == "serving.knative.dev/v1 Service" && o.Namespace == "dcm":
			s := decode[servingv1.Service](t, o)
			meta := s.Spec.Template.ObjectMeta
			meta.Namespace = o.Namespace
			// What Knative adds to every Pod, and policies select by.
			meta.Labels = with(meta.Labels, "serving.knative.dev/service", o.Name)
			all[o.Name] = program{o.Name, meta, s.Spec.Template.Spec.PodSpec}
		case o.Type() == "batch/v1 Job" && o.Name == migrate:
			j := decode[batchv1.Job](t, o)
			meta := j.Spec.Template.ObjectMeta
			meta.Namespace = o.Namespace
			all[o.Name] = program{o.Name, meta, j.Spec.Template.Spec}
		}
	}
	for _, name := range append([]string{migrate}, services...) {
		if _, ok := all[name]; !ok {
			t.Errorf("%s is not there", name)
		}
	}
	return all
}

func with(labels map[string]string, key, value string) map[string]string {
	all := map[string]string{key: value}
	for k, v := range labels {
		all[k] = v
	}
	return all
}
