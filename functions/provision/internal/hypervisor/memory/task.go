package memory

import (
	"fmt"

	"github.com/google/uuid"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// task takes effect when its machine is looked at for the second time, so a
// test decides when that is.
type task struct {
	step    placement.Step
	machine string
	looks   int
	effect  func()
	fault   *placement.Fault
}

// begin is what all steps have in common: somebody else's machine is left alone,
// and an error a test asked for comes instead of the step.
func (h *Hypervisor) begin(step placement.Step, vm placement.VM, f func(*machine) (string, error)) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[step]++
	if h.down != nil {
		return "", h.down
	}
	if queue := h.failures[step]; len(queue) > 0 {
		h.failures[step] = queue[1:]
		return "", queue[0]
	}
	m := h.machines[key(vm)]
	if m != nil && !m.belongs(vm) {
		return "", foreign(vm)
	}
	return f(m)
}

func (h *Hypervisor) change(step placement.Step, vm placement.VM, state func(*machine) *bool) (string, error) {
	return h.begin(step, vm, func(m *machine) (string, error) {
		if m == nil {
			return "", hypervisor.Transient(placement.Busy, fmt.Sprintf("%s is not there", vm.Name), nil)
		}
		if *state(m) {
			return "", nil
		}
		return h.later(step, vm, func() { *state(m) = true }), nil
	})
}

func (h *Hypervisor) later(step placement.Step, vm placement.VM, effect func()) string {
	id := string(step) + "/" + uuid.NewString()
	h.tasks[id] = &task{step: step, machine: key(vm), effect: effect}
	return id
}

// advance lets a look at vm pass for all its tasks.
func (h *Hypervisor) advance(vm placement.VM) {
	for _, t := range h.tasks {
		if t.machine != key(vm) || t.fault != nil {
			continue
		}
		if t.looks++; t.looks == 2 {
			t.effect()
		}
	}
}

func (t *task) describe(o *placement.Observation) {
	o.TaskStep, o.Fault = t.step, t.fault
	switch {
	case t.fault != nil:
		o.Task = placement.TaskFailed
	case t.looks >= 2:
		o.Task, o.Progress = placement.TaskSucceeded, 100
	default:
		o.Task = placement.TaskRunning
	}
}
