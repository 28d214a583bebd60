package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Reconfigure asks for the difference only.
func (h *Hypervisor) Reconfigure(ctx context.Context, vm placement.VM) (string, error) {
	return h.task(ctx, placement.StepReconfigure, vm, func(l *login, m *machine) (*types.ManagedObjectReference, error) {
		spec, err := l.difference(ctx, vm, m)
		if err != nil || spec == nil {
			return nil, err
		}
		if m.on() {
			return nil, hypervisor.Permanent(placement.HardwareMismatch, vm.Name+" is running with another size", nil)
		}
		spec.Annotation = fmt.Sprintf("Made by DCM for request %s.", vm.RequestID)
		task, err := l.writable(m).Reconfigure(ctx, *spec)
		if err != nil {
			return nil, fmt.Errorf("reconfigure %s: %w", vm.Name, err)
		}
		return new(task.Reference()), nil
	})
}

// difference is what has to change for m to be vm; nil is nothing. The network of
// a running machine is left to whoever operates it.
func (l *login) difference(ctx context.Context, vm placement.VM, m *machine) (*types.VirtualMachineConfigSpec, error) {
	if m.Config == nil {
		return nil, hypervisor.Transient(placement.Busy, vm.Name+" cannot be read at the moment", nil)
	}
	var spec types.VirtualMachineConfigSpec
	changed := false
	if int(m.Config.Hardware.NumCPU) != vm.VCPU {
		spec.NumCPUs, changed = int32(vm.VCPU), true
	}
	if int(m.Config.Hardware.MemoryMB) != vm.RAMGiB<<10 {
		spec.MemoryMB, changed = int64(vm.RAMGiB)<<10, true
	}
	if disk := firstDisk(m.Config.Hardware.Device); disk != nil && capacity(disk) < int64(vm.DiskGiB)<<30 {
		disk.CapacityInBytes = int64(vm.DiskGiB) << 30
		disk.CapacityInKB = disk.CapacityInBytes >> 10
		spec.DeviceChange, changed = append(spec.DeviceChange, edit(disk)), true
	}
	if card := firstCard(m.Config.Hardware.Device); card != nil && !m.on() {
		backing, err := l.network(ctx, vm)
		if err != nil {
			return nil, err
		}
		if device := card.GetVirtualEthernetCard(); !connected(device.Backing, backing) {
			device.Backing = backing
			spec.DeviceChange, changed = append(spec.DeviceChange, edit(card.(types.BaseVirtualDevice))), true
		}
	}
	if !changed {
		return nil, nil
	}
	return &spec, nil
}

func edit(device types.BaseVirtualDevice) *types.VirtualDeviceConfigSpec {
	return &types.VirtualDeviceConfigSpec{Operation: types.VirtualDeviceConfigSpecOperationEdit, Device: device}
}
