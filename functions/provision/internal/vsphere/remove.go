package vsphere

import (
	"context"
	"fmt"

	"dcm.io/functions/provision/internal/placement"
)

// Remove cancels what still runs, then switches off, then destroys: one of them
// per call.
func (h *Hypervisor) Remove(ctx context.Context, vm placement.VM, task string) (bool, error) {
	removed := false
	err := h.do(ctx, "remove", func(l *login) error {
		if running, err := l.cancel(ctx, task); running || err != nil {
			return err
		}
		m, err := l.find(ctx, vm)
		if err != nil {
			return err
		}
		if m.presence == placement.Absent {
			removed = true
			return nil
		}
		if err := m.usable(placement.StepClone, vm); err != nil {
			return err
		}
		if m.on() {
			if _, err := l.writable(m).PowerOff(ctx); err != nil {
				return fmt.Errorf("power off %s: %w", vm.Name, err)
			}
			return nil
		}
		if _, err := l.writable(m).Destroy(ctx); err != nil && !gone(err) {
			return fmt.Errorf("destroy %s: %w", vm.Name, err)
		}
		return nil
	})
	return removed, err
}
