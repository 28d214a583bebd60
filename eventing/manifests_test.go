package eventing_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dcm.io/eventing"
	"dcm.io/shared/event"
	"k8s.io/apimachinery/pkg/util/yaml"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	eventingv1beta3 "knative.dev/eventing/pkg/apis/eventing/v1beta3"
	"knative.dev/pkg/apis"
	strict "sigs.k8s.io/yaml"
)

// A resource is anything Knative can default and validate.
type resource interface {
	apis.Defaultable
	apis.Validatable
}

func TestTriggersAreTheCatalogue(t *testing.T) {
	t.Parallel()
	var broker eventingv1.Broker
	routed := map[event.Function][]event.Type{}
	for _, doc := range documents(t, eventing.Manifests()) {
		if kindOf(t, doc) == "Broker" {
			load(t, doc, &broker)
			continue
		}
		var trigger eventingv1.Trigger
		load(t, doc, &trigger)
		checkTrigger(t, &trigger)
		to := event.Function(trigger.Spec.Subscriber.Ref.Name)
		routed[to] = append(routed[to], event.Type(trigger.Spec.Filter.Attributes["type"]))
	}
	if broker.Name != "default" || broker.Namespace != "dcm" || broker.Spec.Delivery.DeadLetterSink == nil {
		t.Errorf("the broker is %s/%s, with %+v", broker.Namespace, broker.Name, broker.Spec.Delivery)
	}
	for f, types := range routed {
		if want := event.ConsumedBy(f); !slices.Equal(types, want) {
			t.Errorf("%s is woken by %v, but owed %v", f, types, want)
		}
	}
	for _, e := range event.Catalog {
		for _, f := range e.To {
			if !slices.Contains(routed[f], e.Zero.EventType()) {
				t.Errorf("nothing wakes %s for %s", f, e.Zero.EventType())
			}
		}
	}
}

// checkTrigger looks for what Knative does not insist on, but we do.
func checkTrigger(t *testing.T, trigger *eventingv1.Trigger) {
	t.Helper()
	d := trigger.Spec.Delivery
	if trigger.Spec.Broker != "default" || trigger.Namespace != "dcm" {
		t.Errorf("%s hangs on another broker", trigger.Name)
	}
	if d == nil || d.Retry == nil || d.BackoffPolicy == nil || d.BackoffDelay == nil || d.DeadLetterSink == nil {
		t.Errorf("%s lacks part of its delivery: it inherits nothing from the broker", trigger.Name)
	}
}

func TestEventTypes(t *testing.T) {
	t.Parallel()
	var described []event.Type
	names, err := filepath.Glob("eventtypes/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range documents(t, text) {
			var et eventingv1beta3.EventType
			load(t, doc, &et)
			described = append(described, event.Type(et.Name))
		}
	}
	for _, e := range event.Catalog {
		if announced := len(e.To) > 0; announced != slices.Contains(described, e.Zero.EventType()) {
			t.Errorf("%s: announced %t, and its EventType says otherwise", e.Zero.EventType(), announced)
		}
	}
}

// load reads a document strictly and lets Knative's own types judge it, as the
// webhook of a cluster would.
func load(t *testing.T, doc []byte, into resource) {
	t.Helper()
	if err := strict.UnmarshalStrict(doc, into); err != nil {
		t.Fatalf("decode %T: %v\n%s", into, err, doc)
	}
	ctx := t.Context()
	into.SetDefaults(ctx)
	if err := into.Validate(ctx); err != nil {
		t.Errorf("%v\n%s", err, doc)
	}
}

func documents(t *testing.T, stream []byte) [][]byte {
	t.Helper()
	var docs [][]byte
	r := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	for {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			t.Fatal(err)
		}
		if kindOf(t, doc) != "" { // not just the comment above the first
			docs = append(docs, doc)
		}
	}
}

func kindOf(t *testing.T, doc []byte) string {
	t.Helper()
	var head struct {
		Kind string `json:"kind"`
	}
	if err := strict.Unmarshal(doc, &head); err != nil {
		t.Fatal(err)
	}
	return head.Kind
}
