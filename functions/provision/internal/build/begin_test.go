package build_test

import (
	"testing"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
)

func TestBegin(t *testing.T) {
	t.Parallel()
	started := event.ProvisioningStarted{
		VM: machine, Connection: connection, VMName: vm.Name, Hostname: vm.Hostname, Domain: "internal", InstanceUUID: vm.InstanceUUID,
		Folder: "/dc/vm/acme", ResourcePool: "/dc/host/pool", Datastore: "/dc/datastore/store", TemplatePath: "/dc/vm/linux", NetworkPath: "/dc/network/lan",
	}
	over := fact(time.Minute, failed(placement.StepClone, full, true))
	done := fact(time.Minute, event.ProvisioningSucceeded{VM: machine})
	for name, tc := range map[string]struct {
		reason string
		given  []entry
		begins bool
	}{
		"Granted":          {"the intent comes before anything is asked of a hypervisor", []entry{unstarted}, true},
		"Redelivered":      {"it is on its way", begun(t), false},
		"WhileAdvanced":    {"it is on its way", begun(t, fact(1, advanced(placement.StepClone, "t1"))), false},
		"WhileRemoving":    {"what is half made goes first", begun(t, fact(1, abandoned(placement.StepClone, full))), false},
		"Retried":          {"it failed and may be tried again", begun(t, fact(1, abandoned(placement.StepClone, full)), over), true},
		"RetriedRefusal":   {"it could not even begin", []entry{unstarted, over}, true},
		"Done":             {"there is a machine", begun(t, done), false},
		"DoneAfterFailure": {"there is a machine", begun(t, over, fact(time.Hour, started), done), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := decide(t, fold(tc.given...), begin(2*time.Hour))
			if tc.begins {
				want(t, tc.reason, out, 2*time.Hour, 0, started)
			} else {
				want(t, tc.reason, out, 0, never)
			}
			refusal := decide(t, fold(tc.given...), build.Refuse{Fault: full})
			if tc.begins {
				want(t, tc.reason, refusal, 0, never, failed(placement.StepClone, full, false))
			} else {
				want(t, tc.reason, refusal, 0, never)
			}
		})
	}
}

// TestMachineIsRecorded: another process builds the machine that was specified,
// from the facts alone.
func TestMachineIsRecorded(t *testing.T) {
	t.Parallel()
	s := fold(begun(t)...)
	if s.VM != vm || s.Connection != connection || s.Phase != build.Building || s.Task != "" {
		t.Errorf("want %+v, got %+v", vm, s)
	}
}

// TestRetryForgets: a new build knows nothing of the task and the stall of the one before.
func TestRetryForgets(t *testing.T) {
	t.Parallel()
	again := begun(t)[1]
	again.after = 2 * time.Hour
	s := fold(begun(t, fact(1, advanced(placement.StepReconfigure, "t1")), fact(2, stalled(placement.StepReconfigure, busy)),
		fact(3, abandoned(placement.StepReconfigure, full)), fact(4, failed(placement.StepReconfigure, full, true)), again)...)
	if s.Task != "" || s.Phase != build.Building {
		t.Errorf("state %+v", s)
	}
	out := decide(t, s, build.Looked{Action: placement.Action{Kind: placement.Wait, Step: placement.StepClone}, Now: start.Add(2 * time.Hour)})
	want(t, "no stall is left, no step is late", out, 2*time.Hour, 100*time.Millisecond, advanced(placement.StepClone, ""))
}

func TestIdleHearsNothing(t *testing.T) {
	t.Parallel()
	for name, given := range map[string][]entry{
		"Submitted": {unstarted},
		"Failed":    begun(t, fact(1, abandoned(placement.StepClone, full)), fact(2, failed(placement.StepClone, full, true))),
		"Done":      begun(t, fact(1, event.ProvisioningSucceeded{})),
	} {
		s := fold(given...)
		for _, cmd := range []build.Command{
			build.Unreached{Fault: down},
			build.Removed{Gone: true},
			build.Removed{Fault: &down},
			build.Looked{Action: placement.Action{Kind: placement.Finish}},
			build.Looked{Action: placement.Action{Kind: placement.Start, Step: placement.StepClone}},
		} {
			want(t, name, decide(t, s, cmd), 0, never)
		}
	}
	building, removing := fold(begun(t)...), fold(begun(t, fact(1, abandoned(placement.StepClone, full)))...)
	want(t, "a removal of what is being built", decide(t, building, build.Removed{Gone: true}), 0, never)
	want(t, "a look at what is being removed", decide(t, removing, build.Looked{Action: placement.Action{Kind: placement.Finish}}), 0, never)
}
