package hypervisortest

import (
	"errors"
	"testing"
	"time"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// patience is far above what any machine in a test needs.
const patience = 20 * time.Second

// look observes and decides.
func look(t *testing.T, h hypervisor.Hypervisor, vm placement.VM, task string) (placement.Observation, placement.Action) {
	t.Helper()
	o, err := h.Observe(t.Context(), vm, task)
	if err != nil {
		t.Fatalf("observe: %v", err)
	}
	return o, placement.Next(o)
}

// drive makes vm until it is ready or given up, and returns the steps it began.
// It asks open for the hypervisor before each look, and keep for what is left of
// a task after the process that began it.
func drive(t *testing.T, open func() hypervisor.Hypervisor, vm placement.VM, keep func(string) string) ([]placement.Step, placement.Observation, placement.Action) {
	t.Helper()
	var begun []placement.Step
	task := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		h := open()
		o, act := look(t, h, vm, task)
		switch act.Kind {
		case placement.Finish, placement.Fail:
			return begun, o, act
		case placement.Retry:
			task = ""
		case placement.Start:
			id, err := hypervisor.Do(t.Context(), h, act.Step, vm)
			if err != nil && !hypervisor.FaultOf(err).Transient {
				t.Fatalf("%s: %v", act.Step, err)
			}
			task = keep(id)
			begun = append(begun, act.Step)
		}
	}
	t.Fatalf("%s is not ready after %s", vm.Name, patience)
	return nil, placement.Observation{}, placement.Action{}
}

func kept(task string) string { return task }
func lost(string) string      { return "" }

func always(h hypervisor.Hypervisor) func() hypervisor.Hypervisor {
	return func() hypervisor.Hypervisor { return h }
}

// finished drives vm to its end and insists that it is ready.
func finished(t *testing.T, h hypervisor.Hypervisor, vm placement.VM) placement.Observation {
	t.Helper()
	_, o, act := drive(t, always(h), vm, kept)
	if act.Kind != placement.Finish {
		t.Fatalf("want a finished machine, got %+v", act)
	}
	return o
}

// settle waits for task, then wants no complaint.
func settle(t *testing.T, h hypervisor.Hypervisor, vm placement.VM, task string) placement.Observation {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if o, _ := look(t, h, vm, task); o.Task != placement.TaskRunning {
			return o
		}
	}
	t.Fatalf("task %s runs longer than %s", task, patience)
	return placement.Observation{}
}

func wantCode(t *testing.T, err error, code placement.Code) {
	t.Helper()
	var known *hypervisor.Error
	if !errors.As(err, &known) || known.Code != code || known.Transient || known.Detail == "" {
		t.Errorf("want a permanent %s with a detail, got %v", code, err)
	}
}

func wantCount(t *testing.T, f Fixture, vm placement.VM, want int) {
	t.Helper()
	if got := f.Count(t, vm); got != want {
		t.Errorf("want %d machines called %s, got %d", want, vm.Name, got)
	}
}
