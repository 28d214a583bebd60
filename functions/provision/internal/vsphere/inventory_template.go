package vsphere

import (
	"context"
	"fmt"
	"strings"

	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

func (l *login) listTemplates(ctx context.Context, v *view.ContainerView, inv *hypervisor.Inventory) error {
	var all []mo.VirtualMachine
	if err := v.Retrieve(ctx, []string{"VirtualMachine"}, []string{"name", "summary.config.template"}, &all); err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	for _, vm := range all {
		if !vm.Summary.Config.Template {
			continue
		}
		template, err := l.describeTemplate(ctx, vm.Self)
		if err != nil {
			return err
		}
		inv.Templates = append(inv.Templates, template)
	}
	return nil
}

func (l *login) describeTemplate(ctx context.Context, ref types.ManagedObjectReference) (hypervisor.Template, error) {
	var vm mo.VirtualMachine
	if err := property.DefaultCollector(l.read).RetrieveOne(ctx, ref, []string{"name", "config.guestId", "config.guestFullName", "config.hardware"}, &vm); err != nil {
		return hypervisor.Template{}, fmt.Errorf("read template: %w", err)
	}
	place, err := l.place(ctx, ref, vm.Name)
	if err != nil || vm.Config == nil {
		return hypervisor.Template{Place: place}, err
	}
	t := hypervisor.Template{
		Place: place, OS: placement.Linux, Guest: vm.Config.GuestFullName,
		VCPU: int(vm.Config.Hardware.NumCPU), RAMGiB: int(vm.Config.Hardware.MemoryMB) >> 10,
	}
	if strings.HasPrefix(strings.ToLower(vm.Config.GuestId), "win") {
		t.OS = placement.Windows
	}
	if disk := firstDisk(vm.Config.Hardware.Device); disk != nil {
		t.DiskGiB = gib(capacity(disk))
	}
	return t, nil
}
