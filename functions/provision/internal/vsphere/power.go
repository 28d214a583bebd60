package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

// PowerOn starts vm; vCenter chooses the host.
func (h *Hypervisor) PowerOn(ctx context.Context, vm placement.VM) (string, error) {
	return h.task(ctx, placement.StepPowerOn, vm, func(l *login, m *machine) (*types.ManagedObjectReference, error) {
		if m.on() {
			return nil, nil
		}
		task, err := l.writable(m).PowerOn(ctx)
		if err != nil {
			return nil, fmt.Errorf("power on %s: %w", vm.Name, err)
		}
		return new(task.Reference()), nil
	})
}
