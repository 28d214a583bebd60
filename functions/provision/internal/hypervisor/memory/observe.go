package memory

import (
	"context"

	"dcm.io/functions/provision/internal/placement"
)

// Observe moves the tasks of vm on: the first look finds them running, the
// second done.
func (h *Hypervisor) Observe(_ context.Context, vm placement.VM, task string) (placement.Observation, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return placement.Observation{}, h.down
	}
	h.advance(vm)
	o := placement.Observation{}
	if t := h.tasks[task]; t != nil {
		t.describe(&o)
	} else if task != "" {
		o.Task = placement.TaskForgotten
	}
	m := h.machines[key(vm)]
	switch {
	case m == nil:
		o.Presence = placement.Absent
	case !m.belongs(vm):
		o.Presence, o.Detail = placement.Foreign, key(vm)
	default:
		m.describe(&o)
	}
	return o, nil
}

func (m *machine) describe(o *placement.Observation) {
	o.Presence = placement.Ours
	o.Reference = m.spec.InstanceUUID.String()
	o.HardwareMatches = m.reconfigured
	o.PoweredOn = m.lit
	switch {
	case m.lit && m.customized:
		o.Customization, o.Hostname, o.Address = placement.Customized, m.spec.Hostname, "192.0.2.10"
		if m.spec.Address != nil {
			o.Address = m.spec.Address.IP
		}
	case m.customized:
		o.Customization = placement.Pending
	}
}
