package memory

import (
	"slices"

	"github.com/google/uuid"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Down makes every method return a transient unreachable until it is called
// with false.
func (h *Hypervisor) Down(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = nil
	if down {
		h.down = hypervisor.Transient(placement.Unreachable, "the hypervisor does not answer", nil)
	}
}

// Fail makes the next calls of step return these errors, in order.
func (h *Hypervisor) Fail(step placement.Step, errs ...error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures[step] = append(h.failures[step], errs...)
}

// FailTask makes a task that was started end with fault.
func (h *Hypervisor) FailTask(task string, fault placement.Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tasks[task].fault = &fault
}

// Forget makes the hypervisor lose a task; one that runs still takes effect.
func (h *Hypervisor) Forget(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.tasks[id]; t != nil && t.fault == nil && t.looks < 2 {
		t.effect()
	}
	delete(h.tasks, id)
}

// Plant puts somebody else's machine where vm is to go.
func (h *Hypervisor) Plant(vm placement.VM) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.machines[key(vm)] = &machine{spec: vm, request: uuid.New(), tenant: vm.TenantID}
}

// Lose removes vm behind everybody's back.
func (h *Hypervisor) Lose(vm placement.VM) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.machines, key(vm))
}

// Calls says how often step was asked for.
func (h *Hypervisor) Calls(step placement.Step) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[step]
}

// Machines are the names of all machines, sorted.
func (h *Hypervisor) Machines() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := make([]string, 0, len(h.machines))
	for _, m := range h.machines {
		names = append(names, m.spec.Name)
	}
	slices.Sort(names)
	return names
}
