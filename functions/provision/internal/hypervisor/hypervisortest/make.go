package hypervisortest

import (
	"slices"
	"sync"
	"testing"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

var allSteps = []placement.Step{
	placement.StepClone, placement.StepCustomize, placement.StepReconfigure, placement.StepPowerOn,
}

func makesAMachine(t *testing.T, f Fixture) {
	vm := f.VM(t)
	steps, o, act := drive(t, always(f.Open(t)), vm, kept)
	if act.Kind != placement.Finish || !slices.Equal(steps, allSteps) {
		t.Errorf("want %v and a finished machine, got %v and %+v", allSteps, steps, act)
	}
	if o.Presence != placement.Ours || !o.PoweredOn || !o.HardwareMatches || o.Reference == "" {
		t.Errorf("finished machine looks wrong: %+v", o)
	}
	if o.Hostname != vm.Hostname {
		t.Errorf("want host name %s, got %q", vm.Hostname, o.Hostname)
	}
	if vm.Address != nil && o.Address != vm.Address.IP {
		t.Errorf("want address %s, got %q", vm.Address.IP, o.Address)
	}
	wantCount(t, f, vm, 1)
}

func repeats(t *testing.T, f Fixture) {
	h, vm := f.Open(t), f.VM(t)
	for _, step := range allSteps {
		task, err := hypervisor.Do(t.Context(), h, step, vm)
		if err != nil || task == "" {
			t.Fatalf("%s: want a task, got %q, %v", step, task, err)
		}
		if o := settle(t, h, vm, task); o.Task == placement.TaskFailed || o.TaskStep != step {
			t.Fatalf("%s: %+v", step, o)
		}
		if task, err = hypervisor.Do(t.Context(), h, step, vm); err != nil || task != "" {
			t.Errorf("%s again: want nothing to do, got task %q, %v", step, task, err)
		}
	}
	finished(t, h, vm)
	for _, step := range allSteps {
		if task, err := hypervisor.Do(t.Context(), h, step, vm); err != nil || task != "" {
			t.Errorf("%s on a finished machine: want nothing to do, got task %q, %v", step, task, err)
		}
	}
	wantCount(t, f, vm, 1)
}

func resumes(t *testing.T, f Fixture) {
	vm := f.VM(t)
	open := func() hypervisor.Hypervisor { return f.Open(t) }
	if steps, _, act := drive(t, open, vm, kept); act.Kind != placement.Finish || !slices.Equal(steps, allSteps) {
		t.Errorf("want %v and a finished machine, got %v and %+v", allSteps, steps, act)
	}
	wantCount(t, f, vm, 1)
}

func losesTasks(t *testing.T, f Fixture) {
	vm := f.VM(t)
	open := func() hypervisor.Hypervisor { return f.Open(t) }
	if _, _, act := drive(t, open, vm, lost); act.Kind != placement.Finish {
		t.Errorf("died after every step: want a finished machine, got %+v", act)
	}
	other := f.VM(t)
	forget := func(task string) string { return task + "-forgotten" }
	if _, _, act := drive(t, open, other, forget); act.Kind != placement.Finish {
		t.Errorf("every task forgotten: want a finished machine, got %+v", act)
	}
	wantCount(t, f, vm, 1)
	wantCount(t, f, other, 1)
}

func races(t *testing.T, f Fixture) {
	vm := f.VM(t)
	workers := []hypervisor.Hypervisor{f.Open(t), f.Open(t)}
	var done sync.WaitGroup
	for _, h := range workers {
		done.Go(func() {
			task := ""
			for range 5000 {
				o, err := h.Observe(t.Context(), vm, task)
				if err != nil {
					t.Errorf("observe: %v", err)
					return
				}
				act := placement.Next(o)
				switch act.Kind {
				case placement.Finish:
					return
				case placement.Fail:
					t.Errorf("one of two gave up: %+v", act)
					return
				case placement.Retry:
					task = ""
				case placement.Start:
					if task, err = hypervisor.Do(t.Context(), h, act.Step, vm); err != nil && !hypervisor.FaultOf(err).Transient {
						t.Errorf("%s: %v", act.Step, err)
						return
					}
				}
			}
			t.Error("one of two is not finished")
		})
	}
	done.Wait()
	wantCount(t, f, vm, 1)
}
