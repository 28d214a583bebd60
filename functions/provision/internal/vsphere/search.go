package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

var machineProperties = []string{
	"name", "config.extraConfig", "config.hardware", "config.tools.pendingCustomization",
	"guest.ipAddress", "guest.net", "guest.hostName", "guest.customizationInfo", "runtime.powerState",
}

// find looks for vm by its instance UUID, which survives renaming and moving, and
// then by its name, which vCenter keeps unique in the folder.
func (l *login) find(ctx context.Context, vm placement.VM) (*machine, error) {
	instance := true
	refs, err := object.NewSearchIndex(l.read).FindAllByUuid(ctx, nil, vm.InstanceUUID.String(), true, &instance)
	if err != nil {
		return nil, fmt.Errorf("search instance UUID: %w", err)
	}
	if len(refs) > 1 {
		return &machine{presence: placement.Duplicated, detail: fmt.Sprintf("%d machines carry the instance UUID %s: %v", len(refs), vm.InstanceUUID, refs)}, nil
	}
	if len(refs) == 0 {
		named, err := l.lookup(ctx, vm.Folder+"/"+placement.Segment(vm.Name))
		if err != nil {
			return nil, err
		}
		if named == nil {
			return &machine{presence: placement.Absent}, nil
		}
		refs = []object.Reference{named}
	}
	return l.recognize(ctx, vm, refs[0].Reference())
}

// recognize reads the machine and decides whose it is. vCenter shows a clone
// before it has written the mark, so a machine without one is not foreign while
// its template is being cloned; and since that clone may end between two looks,
// only a machine read after it counts.
func (l *login) recognize(ctx context.Context, vm placement.VM, ref types.ManagedObjectReference) (*machine, error) {
	m, err := l.machine(ctx, ref)
	if err != nil || m.presence == placement.Absent || m.marked(vm) {
		return m, err
	}
	cloning, err := l.cloning(ctx, vm.TemplatePath)
	if err != nil {
		return nil, err
	}
	if m, err = l.machine(ctx, ref); err != nil || m.presence == placement.Absent || m.marked(vm) {
		return m, err
	}
	m.presence = placement.Foreign
	m.detail = fmt.Sprintf("%s/%s (%s) exists and does not belong to this request", vm.Folder, m.Name, ref.Value)
	if cloning && m.extra(requestMark) == "" {
		m.presence = placement.Unsettled
	}
	return m, nil
}

// machine is taken for ours until somebody looks at its mark.
func (l *login) machine(ctx context.Context, ref types.ManagedObjectReference) (*machine, error) {
	m := &machine{presence: placement.Ours}
	err := property.DefaultCollector(l.read).RetrieveOne(ctx, ref, machineProperties, &m.VirtualMachine)
	if gone(err) {
		return &machine{presence: placement.Absent}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read machine: %w", err)
	}
	return m, nil
}

// cloning says whether a clone of the template is under way.
func (l *login) cloning(ctx context.Context, template string) (bool, error) {
	ref, err := l.lookup(ctx, template)
	if err != nil || ref == nil {
		return false, err
	}
	var vm mo.VirtualMachine
	pc := property.DefaultCollector(l.read)
	if err := pc.RetrieveOne(ctx, ref.Reference(), []string{"recentTask"}, &vm); err != nil || len(vm.RecentTask) == 0 {
		return false, err
	}
	var tasks []mo.Task
	if err := pc.Retrieve(ctx, vm.RecentTask, []string{"info.state"}, &tasks); err != nil {
		return false, err
	}
	for _, t := range tasks {
		if t.Info.State == types.TaskInfoStateRunning || t.Info.State == types.TaskInfoStateQueued {
			return true, nil
		}
	}
	return false, nil
}
