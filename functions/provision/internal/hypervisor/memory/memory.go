// Package memory is a hypervisor that exists only in this process, for tests.
package memory

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Hypervisor implements hypervisor.Hypervisor. Its tasks succeed when their
// machine is observed for the second time. Share one value to play several processes.
type Hypervisor struct {
	mu        sync.Mutex
	inventory hypervisor.Inventory
	machines  map[string]*machine // by folder and name
	tasks     map[string]*task
	failures  map[placement.Step][]error
	down      error
	calls     map[placement.Step]int
}

type machine struct {
	spec                          placement.VM
	request, tenant               uuid.UUID
	customized, reconfigured, lit bool
}

// New returns a hypervisor that has one template of each system with 10 GiB
// disks, one network and one pool.
func New() *Hypervisor {
	return &Hypervisor{
		inventory: inventory(),
		machines:  map[string]*machine{},
		tasks:     map[string]*task{},
		failures:  map[placement.Step][]error{},
		calls:     map[placement.Step]int{},
	}
}

var _ hypervisor.Hypervisor = (*Hypervisor)(nil)

// Clone makes the machine when its task succeeds.
func (h *Hypervisor) Clone(_ context.Context, vm placement.VM) (string, error) {
	return h.begin(placement.StepClone, vm, func(m *machine) (string, error) {
		if m != nil {
			return "", nil
		}
		if err := h.buildable(vm); err != nil {
			return "", err
		}
		return h.later(placement.StepClone, vm, func() {
			if h.machines[key(vm)] == nil { // else another clone was first
				h.machines[key(vm)] = &machine{spec: vm, request: vm.RequestID, tenant: vm.TenantID}
			}
		}), nil
	})
}

// Customize remembers that it was done, and nothing of the guest.
func (h *Hypervisor) Customize(_ context.Context, vm placement.VM) (string, error) {
	return h.change(placement.StepCustomize, vm, func(m *machine) *bool { return &m.customized })
}

// Reconfigure makes the hardware match whatever was asked for.
func (h *Hypervisor) Reconfigure(_ context.Context, vm placement.VM) (string, error) {
	return h.change(placement.StepReconfigure, vm, func(m *machine) *bool { return &m.reconfigured })
}

// PowerOn lets a customized machine show its name and address.
func (h *Hypervisor) PowerOn(_ context.Context, vm placement.VM) (string, error) {
	return h.change(placement.StepPowerOn, vm, func(m *machine) *bool { return &m.lit })
}

// Remove does everything in one call.
func (h *Hypervisor) Remove(_ context.Context, vm placement.VM, task string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return false, h.down
	}
	delete(h.tasks, task)
	m := h.machines[key(vm)]
	if m == nil {
		return true, nil
	}
	if !m.belongs(vm) {
		return false, foreign(vm)
	}
	delete(h.machines, key(vm))
	return true, nil
}

// Check lists what New put there.
func (h *Hypervisor) Check(context.Context) (hypervisor.Inventory, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.inventory, h.down
}

func (m *machine) belongs(vm placement.VM) bool {
	return m.request == vm.RequestID && m.tenant == vm.TenantID
}

func foreign(vm placement.VM) error {
	return hypervisor.Permanent(placement.ForeignVM, fmt.Sprintf("%s/%s exists and is not ours", vm.Folder, vm.Name), nil)
}

func key(vm placement.VM) string { return vm.Folder + "/" + vm.Name }
