package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

// Customize leaves a package that the guest applies at its first start.
func (h *Hypervisor) Customize(ctx context.Context, vm placement.VM) (string, error) {
	return h.task(ctx, placement.StepCustomize, vm, func(l *login, m *machine) (*types.ManagedObjectReference, error) {
		if m.on() || m.customization() != placement.NotCustomized {
			return nil, nil
		}
		task, err := l.writable(m).Customize(ctx, customization(vm, len(cards(m.Config.Hardware.Device))))
		if fault.Is(err, &types.CustomizationPending{}) { // another process was faster
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("customize %s: %w", vm.Name, err)
		}
		return new(task.Reference()), nil
	})
}

// customization sets the first of n adapters as asked for and the others to DHCP;
// vCenter wants exactly one setting per adapter.
func customization(vm placement.VM, n int) types.CustomizationSpec {
	spec := types.CustomizationSpec{
		GlobalIPSettings: types.CustomizationGlobalIPSettings{DnsSuffixList: []string{vm.Domain}},
		NicSettingMap:    make([]types.CustomizationAdapterMapping, n),
	}
	for i := range spec.NicSettingMap {
		spec.NicSettingMap[i].Adapter.Ip = &types.CustomizationDhcpIpGenerator{}
	}
	if fixed := vm.Address; fixed != nil && n > 0 {
		adapter := &spec.NicSettingMap[0].Adapter
		adapter.Ip = &types.CustomizationFixedIp{IpAddress: fixed.IP}
		adapter.SubnetMask = fixed.Netmask
		adapter.DnsServerList = fixed.DNS // read by Windows
		if fixed.Gateway != "" {
			adapter.Gateway = []string{fixed.Gateway}
		}
		spec.GlobalIPSettings.DnsServerList = fixed.DNS // read by Linux
	}
	if vm.OS == placement.Windows {
		spec.Identity, spec.Options = sysprep(vm), &types.CustomizationWinOptions{ChangeSID: true}
	} else {
		spec.Identity, spec.Options = linuxPrep(vm), &types.CustomizationLinuxOptions{}
	}
	return spec
}

func linuxPrep(vm placement.VM) *types.CustomizationLinuxPrep {
	return &types.CustomizationLinuxPrep{
		HostName:   &types.CustomizationFixedName{Name: vm.Hostname},
		Domain:     vm.Domain,
		HwClockUTC: types.NewBool(true),
	}
}

// sysprep leaves the administrator's password as the template has it, so that no
// secret needs to be kept with the request.
func sysprep(vm placement.VM) *types.CustomizationSysprep {
	const centralEurope = 110 // Microsoft's index of W. Europe Standard Time
	return &types.CustomizationSysprep{
		GuiUnattended:  types.CustomizationGuiUnattended{TimeZone: centralEurope},
		UserData:       types.CustomizationUserData{FullName: "DCM", OrgName: "DCM", ComputerName: &types.CustomizationFixedName{Name: vm.Hostname}},
		Identification: types.CustomizationIdentification{JoinWorkgroup: "WORKGROUP"},
	}
}
