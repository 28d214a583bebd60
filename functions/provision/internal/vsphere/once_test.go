package vsphere_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

// TestTwoClonesAtOnce holds both calls until both have looked and found nothing.
func TestTwoClonesAtOnce(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	f.model.DelayConfig.MethodDelay = map[string]int{"CloneVM_Task": 150}
	vm := specify(t, nil)
	tasks := make([]string, 2)
	var done sync.WaitGroup
	for i := range tasks {
		h := f.connect(t)
		done.Go(func() {
			var err error
			if tasks[i], err = h.Clone(t.Context(), vm); err != nil || tasks[i] == "" {
				t.Errorf("want a task, got %q, %v", tasks[i], err)
			}
		})
	}
	done.Wait()
	h := f.connect(t)
	states := map[placement.TaskState]int{}
	for _, task := range tasks {
		o := placement.Observation{Task: placement.TaskRunning}
		for o.Task == placement.TaskRunning {
			var err error
			if o, err = h.Observe(t.Context(), vm, task); err != nil {
				t.Fatal(err)
			}
		}
		states[o.Task]++
		if act := placement.Next(o); act.Kind != placement.Start || act.Step != placement.StepCustomize {
			t.Errorf("the loser must go on with the winner's machine, got %+v", act)
		}
	}
	if states[placement.TaskSucceeded] != 1 || states[placement.TaskFailed] != 1 || f.Count(t, vm) != 1 {
		t.Errorf("want one winner and one machine, got %v, %d", states, f.Count(t, vm))
	}
}

func TestDuplicateInstanceUUIDIsAnIncident(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	driveTo(t, h, vm, placement.StepCustomize)
	copied := vm
	copied.Folder, copied.Name = "/DC0/vm/dcm/acme", "copied-by-hand"
	f.plantIn(t, vm.Folder, copied.Name)
	f.wait(t)(f.find(t, copied.Folder+"/"+copied.Name).Reconfigure(t.Context(), types.VirtualMachineConfigSpec{InstanceUuid: vm.InstanceUUID.String()}))

	o, err := h.Observe(t.Context(), vm, "")
	if act := placement.Next(o); err != nil || act.Fault.Code != placement.DuplicateUUID || act.Kind != placement.Fail {
		t.Errorf("want an incident, got %+v, %v", act, err)
	}
	_, err = h.Remove(t.Context(), vm, "")
	wantFault(t, err, placement.DuplicateUUID, false)
}

func TestAnotherRequestsMachineIsForeign(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	driveTo(t, h, vm, placement.StepCustomize)
	for name, change := range map[string]func(*placement.VM){
		"Request": func(vm *placement.VM) { vm.RequestID = uuid.New() },
		"Tenant":  func(vm *placement.VM) { vm.TenantID = uuid.New() },
	} {
		other := vm
		change(&other)
		o, err := h.Observe(t.Context(), other, "")
		if err != nil || o.Presence != placement.Foreign {
			t.Errorf("%s: want foreign, got %+v, %v", name, o, err)
		}
		_, err = h.Remove(t.Context(), other, "")
		wantFault(t, err, placement.ForeignVM, false)
	}
}

func TestUnmarkedMachineWhileItsTemplateIsCloned(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	f.Plant(t, vm)
	task := f.slowTask(t, linuxTemplate)
	o, err := h.Observe(t.Context(), vm, "")
	if act := placement.Next(o); err != nil || o.Presence != placement.Unsettled || act.Kind != placement.Wait {
		t.Errorf("it may be ours: want to wait, got %+v, %+v, %v", o, act, err)
	}
	_, err = h.Clone(t.Context(), vm)
	wantFault(t, err, placement.Busy, true)
	_, err = h.Remove(t.Context(), vm, "")
	wantFault(t, err, placement.Busy, true)
	for o.Task = placement.TaskRunning; o.Task == placement.TaskRunning; {
		if o, err = h.Observe(t.Context(), vm, task); err != nil {
			t.Fatal(err)
		}
	}
	if o.Presence != placement.Foreign {
		t.Errorf("afterwards: want foreign, got %+v", o)
	}
}

func TestRunningTaskIsWaitedForAndCancelled(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	task := f.slowTask(t, linuxTemplate)
	o, err := h.Observe(t.Context(), vm, task)
	if act := placement.Next(o); err != nil || act.Kind != placement.Wait || act.Step != placement.StepClone {
		t.Errorf("want to wait for the clone, got %+v, %v", act, err)
	}
	if gone, err := h.Remove(t.Context(), vm, task); gone || err != nil {
		t.Errorf("want not gone while it runs, got %t, %v", gone, err)
	}
	o, err = h.Observe(t.Context(), vm, task)
	if act := placement.Next(o); err != nil || o.Task != placement.TaskFailed || act.Kind != placement.Retry {
		t.Errorf("want a cancelled task, got %+v, %+v, %v", o, act, err)
	}
	if gone, err := h.Remove(t.Context(), vm, task); !gone || err != nil {
		t.Errorf("want gone, got %t, %v", gone, err)
	}
}
