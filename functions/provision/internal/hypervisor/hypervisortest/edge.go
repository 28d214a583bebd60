package hypervisortest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

func foreign(t *testing.T, f Fixture) {
	h, vm := f.Open(t), f.VM(t)
	f.Plant(t, vm)
	o, act := look(t, h, vm, "")
	if o.Presence != placement.Foreign || act.Kind != placement.Fail || act.Fault.Code != placement.ForeignVM {
		t.Errorf("want a refusal of a foreign machine, got %+v, %+v", o, act)
	}
	for _, step := range allSteps {
		_, err := hypervisor.Do(t.Context(), h, step, vm)
		wantCode(t, err, placement.ForeignVM)
	}
	gone, err := h.Remove(t.Context(), vm, "")
	if gone {
		t.Error("a foreign machine was reported gone")
	}
	wantCode(t, err, placement.ForeignVM)
	wantCount(t, f, vm, 1)
}

func remove(t *testing.T, h hypervisor.Hypervisor, vm placement.VM, task string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		gone, err := h.Remove(t.Context(), vm, task)
		if gone {
			return
		}
		if err != nil && !hypervisor.FaultOf(err).Transient {
			t.Fatalf("remove: %v", err)
		}
	}
	t.Fatalf("%s is not gone after %s", vm.Name, patience)
}

func removes(t *testing.T, f Fixture) {
	h, other := f.Open(t), f.VM(t)
	finished(t, h, other)
	for reached := range len(allSteps) + 1 {
		vm, task := f.VM(t), ""
		for _, step := range allSteps[:reached] {
			id, err := hypervisor.Do(t.Context(), h, step, vm)
			if err != nil {
				t.Fatalf("%s: %v", step, err)
			}
			settle(t, h, vm, id)
			task = id
		}
		remove(t, h, vm, task)
		remove(t, h, vm, "") // once more
		wantCount(t, f, vm, 0)
	}
	wantCount(t, f, other, 1)
}

func remakes(t *testing.T, f Fixture) {
	h, vm := f.Open(t), f.VM(t)
	task, err := h.Clone(t.Context(), vm)
	if err != nil {
		t.Fatalf("clone: %v", err)
	}
	settle(t, h, vm, task)
	f.Lose(t, vm)
	if o, act := look(t, h, vm, task); o.Presence != placement.Absent || act.Step != placement.StepClone {
		t.Errorf("want another clone, got %+v, %+v", o, act)
	}
	finished(t, h, vm)
	wantCount(t, f, vm, 1)
}

func refuses(t *testing.T, f Fixture) {
	h := f.Open(t)
	for _, tc := range []struct {
		code  placement.Code
		spoil func(*placement.VM)
	}{
		{placement.TemplateMissing, func(vm *placement.VM) { vm.TemplatePath += "-missing" }},
		{placement.NetworkMissing, func(vm *placement.VM) { vm.NetworkPath += "-missing" }},
		{placement.DiskTooSmall, func(vm *placement.VM) { vm.DiskGiB = 1 }},
	} {
		vm := f.VM(t)
		tc.spoil(&vm)
		_, err := h.Clone(t.Context(), vm)
		wantCode(t, err, tc.code)
		wantCount(t, f, vm, 0)
	}
}

func absent(t *testing.T, f Fixture) {
	h, vm := f.Open(t), f.VM(t)
	for _, task := range []string{"", "clone/none-such", uuid.NewString()} {
		if o, act := look(t, h, vm, task); o.Presence != placement.Absent || act.Kind != placement.Start {
			t.Errorf("task %q: want an absent machine and a start, got %+v, %+v", task, o, act)
		}
	}
	for _, step := range allSteps[1:] {
		if _, err := hypervisor.Do(t.Context(), h, step, vm); err == nil || !hypervisor.FaultOf(err).Transient {
			t.Errorf("%s on nothing: want a transient error, got %v", step, err)
		}
	}
	if gone, err := h.Remove(t.Context(), vm, ""); !gone || err != nil {
		t.Errorf("remove nothing: want gone, got %v, %v", gone, err)
	}
}

// lists proves that what Check offers can be asked for as it stands.
func lists(t *testing.T, f Fixture) {
	h, vm := f.Open(t), f.VM(t)
	inv, err := h.Check(t.Context())
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if len(inv.Folders) == 0 || len(inv.ResourcePools) == 0 || len(inv.Datastores) == 0 || len(inv.Networks) == 0 || len(inv.Templates) == 0 || inv.Product == "" {
		t.Fatalf("inventory is incomplete: %+v", inv)
	}
	template := inv.Templates[0]
	if template.Name == "" || template.DiskGiB < 2 || template.VCPU < 1 {
		t.Errorf("template is described badly: %+v", template)
	}
	vm.TemplatePath, vm.OS, vm.NetworkPath = template.Path, template.OS, inv.Networks[0].Path
	vm.Folder = inv.Folders[0].Path + "/new-tenant"
	finished(t, h, vm)
}
