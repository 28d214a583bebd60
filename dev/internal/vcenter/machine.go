package vcenter

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// Machine is a virtual machine in a tenant's folder, as the vCenter knows it.
type Machine struct {
	Name         string            `json:"name"`
	Folder       string            `json:"folder"`
	Pool         string            `json:"pool"`
	Network      string            `json:"network"`
	GuestID      string            `json:"guest_id"`
	InstanceUUID string            `json:"instance_uuid"`
	CPUs         int32             `json:"cpus"`
	MemoryMB     int64             `json:"memory_mb"`
	DiskKB       int64             `json:"disk_kb"`
	Annotation   string            `json:"annotation"`
	ExtraConfig  map[string]string `json:"extra_config"`
	PowerState   string            `json:"power_state"`
	Hostname     string            `json:"hostname"`
	Address      string            `json:"address"`
}

// VMs lists the machines in the tenants' folders; templates are none.
func (v *VCenter) VMs() []Machine {
	ctx := v.model.Service.Context
	var all []Machine
	for _, entity := range ctx.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		ctx.Map.WithLock(ctx, vm, func() {
			if vm.Config != nil && !vm.Config.Template {
				all = append(all, describe(ctx.Map, vm))
			}
		})
	}
	return all
}

// describe reads what the simulator keeps. Parents and networks have names that
// never change here, so they are read without their locks.
func describe(registry *simulator.Registry, vm *simulator.VirtualMachine) Machine {
	m := Machine{
		Name: vm.Name, GuestID: vm.Config.GuestId, InstanceUUID: vm.Config.InstanceUuid,
		CPUs: vm.Config.Hardware.NumCPU, MemoryMB: int64(vm.Config.Hardware.MemoryMB),
		Annotation: vm.Config.Annotation, ExtraConfig: map[string]string{},
		PowerState: string(vm.Runtime.PowerState),
		Folder:     name(registry, vm.Parent), Pool: name(registry, vm.ResourcePool),
	}
	if len(vm.Network) > 0 {
		m.Network = name(registry, &vm.Network[0])
	}
	if vm.Guest != nil {
		m.Hostname, m.Address = vm.Guest.HostName, vm.Guest.IpAddress
	}
	for _, device := range vm.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok {
			m.DiskKB += disk.CapacityInKB
		}
	}
	for _, option := range vm.Config.ExtraConfig {
		o := option.GetOptionValue()
		if value, ok := o.Value.(string); ok {
			m.ExtraConfig[o.Key] = value
		}
	}
	return m
}

func name(registry *simulator.Registry, ref *types.ManagedObjectReference) string {
	if ref == nil {
		return ""
	}
	if entity, ok := registry.Get(*ref).(mo.Entity); ok {
		return entity.Entity().Name
	}
	return ""
}
