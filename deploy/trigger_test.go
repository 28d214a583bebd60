package deploy_test

import (
	"slices"
	"testing"

	"dcm.io/deploy/manifest"
	duckv1 "knative.dev/eventing/pkg/apis/duck/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
)

// TestDeliveries: whoever rings tries again, and says where it puts what nobody
// took. A Trigger with a delivery inherits neither from its Broker.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		n := 0
		for _, o := range objects {
			var d *duckv1.DeliverySpec
			switch o.Type() {
			case "eventing.knative.dev/v1 Trigger":
				d = decode[eventingv1.Trigger](t, o).Spec.Delivery
			case "eventing.knative.dev/v1 Broker":
				d = decode[eventingv1.Broker](t, o).Spec.Delivery
			default:
				continue
			}
			n++
			if d == nil || d.Retry == nil || d.BackoffPolicy == nil || d.BackoffDelay == nil || d.DeadLetterSink == nil {
				t.Errorf("%s: delivery is %+v", o, d)
				continue
			}
			if ref := d.DeadLetterSink.Ref; ref == nil || ref.Name != "dead-letter" {
				t.Errorf("%s: dead letters go to %+v", o, ref)
			}
		}
		if n < 2 {
			t.Errorf("%d brokers and triggers", n)
		}
	})
}

// TestBrokerStays: nothing of a Broker but its delivery can be changed once it is
// there, so it must not refer to a name that changes with its content.
func TestBrokerStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		for _, o := range objects {
			if o.Kind != "Broker" {
				continue
			}
			if c := decode[eventingv1.Broker](t, o).Spec.Config; c == nil || hash.MatchString(c.Name) {
				t.Errorf("%s has its configuration in %+v", o, c)
			}
		}
	})
}

// TestTypesAreKnown: a Trigger that waits for a type which nobody announces waits
// for ever, and says nothing.
func TestTypesAreKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		var announced []string
		for _, o := range objects {
			if o.Kind == "EventType" {
				announced = append(announced, o.Name)
			}
		}
		for _, o := range objects {
			if o.Kind != "Trigger" {
				continue
			}
			types := awaited(decode[eventingv1.Trigger](t, o).Spec)
			if len(types) == 0 {
				t.Errorf("%s waits for everything", o)
			}
			for _, name := range types {
				if !slices.Contains(announced, name) {
					t.Errorf("%s waits for %q, which nobody announces", o, name)
				}
			}
		}
	})
}

// awaited are the types that a Trigger waits for.
func awaited(s eventingv1.TriggerSpec) []string {
	var types []string
	if s.Filter != nil {
		types = append(types, s.Filter.Attributes["type"])
	}
	for _, f := range s.Filters {
		for _, one := range append(f.Any, f) {
			if one.Exact != nil {
				types = append(types, one.Exact["type"])
			}
		}
	}
	return types
}
