package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Clone leaves size, network, customization and power to the later steps.
func (h *Hypervisor) Clone(ctx context.Context, vm placement.VM) (string, error) {
	return h.task(ctx, placement.StepClone, vm, func(l *login, m *machine) (*types.ManagedObjectReference, error) {
		if m.presence == placement.Ours {
			return nil, nil
		}
		template, err := l.template(ctx, vm)
		if err != nil {
			return nil, err
		}
		location, err := l.location(ctx, vm)
		if err != nil {
			return nil, err
		}
		if _, err := l.network(ctx, vm); err != nil {
			return nil, err
		}
		folder, err := l.folder(ctx, vm.Folder)
		if err != nil {
			return nil, err
		}
		task, err := object.NewVirtualMachine(l.write, template.Reference()).Clone(ctx, folder, vm.Name, types.VirtualMachineCloneSpec{
			Location: location,
			Config: &types.VirtualMachineConfigSpec{
				InstanceUuid: vm.InstanceUUID.String(),
				ExtraConfig: []types.BaseOptionValue{
					&types.OptionValue{Key: requestMark, Value: vm.RequestID.String()},
					&types.OptionValue{Key: tenantMark, Value: vm.TenantID.String()},
				},
			},
		})
		if err != nil {
			return nil, fmt.Errorf("clone %s: %w", vm.TemplatePath, err)
		}
		return new(task.Reference()), nil
	})
}

// template checks that vm can be made of it: vSphere would find out only minutes
// later that a disk cannot shrink.
func (l *login) template(ctx context.Context, vm placement.VM) (*object.VirtualMachine, error) {
	template, err := require[*object.VirtualMachine](ctx, l, vm.TemplatePath, placement.TemplateMissing, "template")
	if err != nil {
		return nil, err
	}
	var t mo.VirtualMachine
	if err := property.DefaultCollector(l.read).RetrieveOne(ctx, template.Reference(), []string{"config.hardware.device"}, &t); err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	if t.Config == nil {
		return nil, hypervisor.Transient(placement.Busy, "the template cannot be read at the moment", nil)
	}
	disk, card := firstDisk(t.Config.Hardware.Device), firstCard(t.Config.Hardware.Device)
	switch {
	case disk == nil || card == nil:
		return nil, hypervisor.Permanent(placement.TemplateUnusable, fmt.Sprintf("template %s has no disk or no network adapter", vm.TemplatePath), nil)
	case capacity(disk) > int64(vm.DiskGiB)<<30:
		return nil, hypervisor.Permanent(placement.DiskTooSmall, fmt.Sprintf("template %s needs a disk of %d GiB, %d were asked for", vm.TemplatePath, gib(capacity(disk)), vm.DiskGiB), nil)
	}
	return template, nil
}

// location names a pool always: a template has none of its own.
func (l *login) location(ctx context.Context, vm placement.VM) (types.VirtualMachineRelocateSpec, error) {
	var at types.VirtualMachineRelocateSpec
	pool, err := require[*object.ResourcePool](ctx, l, vm.ResourcePool, placement.ResourcePoolMissing, "resource pool")
	if err != nil {
		return at, err
	}
	at.Pool = new(pool.Reference())
	if vm.Datastore != "" {
		store, err := require[*object.Datastore](ctx, l, vm.Datastore, placement.DatastoreMissing, "datastore")
		if err != nil {
			return at, err
		}
		at.Datastore = new(store.Reference())
	}
	return at, nil
}
