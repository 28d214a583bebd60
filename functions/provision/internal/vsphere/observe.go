package vsphere

import (
	"context"
	"net/netip"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

// Observe reads the task first: what it did is then visible on the machine.
func (h *Hypervisor) Observe(ctx context.Context, vm placement.VM, task string) (placement.Observation, error) {
	var o placement.Observation
	err := h.do(ctx, "observe", func(l *login) error {
		o = placement.Observation{}
		if err := l.describe(ctx, task, &o); err != nil {
			return err
		}
		m, err := l.find(ctx, vm)
		if err != nil {
			return err
		}
		o.Presence, o.Detail = m.presence, m.detail
		if m.presence != placement.Ours {
			return nil
		}
		o.Reference = m.Self.Value
		o.PoweredOn = m.on()
		o.Customization = m.customization()
		if o.Task == placement.TaskRunning {
			return nil // the hardware is being changed, or not there yet
		}
		if o.Customization == placement.Miscustomized {
			o.Detail = m.Guest.CustomizationInfo.ErrorMsg
		}
		if m.Guest != nil {
			o.Hostname = m.Guest.HostName
			o.Address = m.address(vm)
		}
		spec, err := l.difference(ctx, vm, m)
		o.HardwareMatches = spec == nil
		return err
	})
	return o, err
}

// customization goes by what the guest reports. Before 7.0.2 it reports nothing,
// and only the package that waits for the first start is to be seen.
func (m *machine) customization() placement.Customization {
	if m.Guest != nil && m.Guest.CustomizationInfo != nil {
		switch types.GuestInfoCustomizationStatus(m.Guest.CustomizationInfo.CustomizationStatus) {
		case types.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_PENDING:
			return placement.Pending
		case types.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_RUNNING:
			return placement.Customizing
		case types.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_SUCCEEDED:
			return placement.Customized
		case types.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_FAILED:
			return placement.Miscustomized
		}
	}
	if m.Config != nil && m.Config.Tools != nil && m.Config.Tools.PendingCustomization != "" {
		return placement.Pending
	}
	return placement.NotCustomized
}

// address is the fixed address once the guest has taken it, else the first one
// that can be reached from elsewhere, IPv4 before IPv6.
func (m *machine) address(vm placement.VM) string {
	all := []string{m.Guest.IpAddress}
	for _, nic := range m.Guest.Net {
		all = append(all, nic.IpAddress...)
	}
	sixth := ""
	for _, text := range all {
		ip, err := netip.ParseAddr(text)
		switch {
		case err != nil || !ip.IsGlobalUnicast():
		case vm.Address != nil && text == vm.Address.IP, vm.Address == nil && ip.Is4():
			return text
		case vm.Address == nil && sixth == "":
			sixth = text
		}
	}
	return sixth
}
