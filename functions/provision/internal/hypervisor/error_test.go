package hypervisor_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

func TestFaultOf(t *testing.T) {
	t.Parallel()
	cause := errors.New("secret detail")
	for name, tc := range map[string]struct {
		reason string
		err    error
		want   placement.Fault
	}{
		"Transient":   {"as it was made", hypervisor.Transient(placement.Busy, "wait", cause), placement.Fault{Code: placement.Busy, Detail: "wait", Transient: true}},
		"Permanent":   {"as it was made, also wrapped", fmt.Errorf("clone: %w", hypervisor.Permanent(placement.ForeignVM, "not ours", nil)), placement.Fault{Code: placement.ForeignVM, Detail: "not ours"}},
		"Interrupted": {"we were stopped", fmt.Errorf("clone: %w", context.Canceled), placement.Fault{Code: placement.Interrupted, Detail: "interrupted", Transient: true}},
		"Unknown":     {"its text is for operators", cause, placement.Fault{Code: placement.Internal, Detail: "internal error", Transient: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := hypervisor.FaultOf(tc.err); got != tc.want {
				t.Errorf("%s: want %+v, got %+v", tc.reason, tc.want, got)
			}
		})
	}
	if err := hypervisor.Transient(placement.Busy, "wait", cause); !errors.Is(err, cause) {
		t.Errorf("cause is lost in %v", err)
	}
}

func TestDoRefusesWhatIsNoStart(t *testing.T) {
	t.Parallel()
	if _, err := hypervisor.Do(t.Context(), nil, placement.StepAddress, placement.VM{}); err == nil {
		t.Error("want an error")
	}
}
