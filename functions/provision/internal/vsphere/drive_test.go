package vsphere_test

import (
	"testing"
	"time"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// ready is the end of a drive.
const ready = placement.StepDone

// driveTo makes vm until the next thing to start is step, and returns the last
// observation. Transient errors are tried again, as a tick would.
func driveTo(t *testing.T, h hypervisor.Hypervisor, vm placement.VM, step placement.Step) placement.Observation {
	t.Helper()
	task := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		o, err := h.Observe(t.Context(), vm, task)
		if err != nil && hypervisor.FaultOf(err).Transient {
			continue
		}
		if err != nil {
			t.Fatalf("observe: %v", err)
		}
		act := placement.Next(o)
		switch {
		case act.Kind == placement.Fail:
			t.Fatalf("gave up: %+v", act)
		case act.Kind == placement.Finish, act.Kind == placement.Start && act.Step == step:
			return o
		case act.Kind == placement.Retry:
			task = ""
		case act.Kind == placement.Start:
			if task, err = hypervisor.Do(t.Context(), h, act.Step, vm); err != nil && !hypervisor.FaultOf(err).Transient {
				t.Fatalf("%s: %v", act.Step, err)
			}
		}
	}
	t.Fatalf("%s does not reach %s", vm.Name, step)
	return placement.Observation{}
}

func wantFault(t *testing.T, err error, code placement.Code, transient bool) {
	t.Helper()
	if f := hypervisor.FaultOf(err); err == nil || f.Code != code || f.Transient != transient || f.Detail == "" {
		t.Errorf("want %s (transient: %t), got %+v from %v", code, transient, f, err)
	}
}
