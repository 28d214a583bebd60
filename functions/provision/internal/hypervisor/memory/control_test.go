package memory_test

import (
	"errors"
	"testing"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/hypervisor/memory"
	"dcm.io/functions/provision/internal/placement"
)

func TestControls(t *testing.T) {
	t.Parallel()
	h := memory.New()
	vm := fixture{h}.VM(t)

	h.Down(true)
	if _, err := h.Observe(t.Context(), vm, ""); hypervisor.FaultOf(err).Code != placement.Unreachable {
		t.Errorf("down: got %v", err)
	}
	h.Down(false)

	want := hypervisor.Permanent(placement.NoPermission, "ask", nil)
	h.Fail(placement.StepClone, want)
	if _, err := h.Clone(t.Context(), vm); !errors.Is(err, want) {
		t.Errorf("fail: got %v", err)
	}

	task, err := h.Clone(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	h.FailTask(task, want.Fault)
	o, err := h.Observe(t.Context(), vm, task)
	if act := placement.Next(o); err != nil || act.Kind != placement.Fail || act.Fault != want.Fault {
		t.Errorf("failed task: got %+v, %v", act, err)
	}

	if task, err = h.Clone(t.Context(), vm); err != nil {
		t.Fatal(err)
	}
	h.Forget(task)
	if o, err = h.Observe(t.Context(), vm, task); err != nil || o.Task != placement.TaskForgotten || o.Presence != placement.Ours {
		t.Errorf("forgotten task: got %+v, %v", o, err)
	}
	if n := h.Calls(placement.StepClone); n != 3 {
		t.Errorf("want 3 clones asked for, got %d", n)
	}
}
