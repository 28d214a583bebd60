package vsphere

import (
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// The mark of ownership, in the machine's extra configuration.
const (
	requestMark = "dcm.request.id"
	tenantMark  = "dcm.tenant.id"
)

// machine is what was found for a request.
type machine struct {
	presence placement.Presence
	detail   string
	mo.VirtualMachine
}

func (m *machine) marked(vm placement.VM) bool {
	return m.extra(requestMark) == vm.RequestID.String() && m.extra(tenantMark) == vm.TenantID.String()
}

func (m *machine) extra(key string) string {
	if m.Config == nil {
		return ""
	}
	for _, option := range m.Config.ExtraConfig {
		if v := option.GetOptionValue(); v.Key == key {
			s, _ := v.Value.(string)
			return s
		}
	}
	return ""
}

// usable says why step cannot be taken on what was found. Only Clone and Remove
// have something to do where there is nothing.
func (m *machine) usable(step placement.Step, vm placement.VM) error {
	switch m.presence {
	case placement.Ours:
		return nil
	case placement.Foreign:
		return hypervisor.Permanent(placement.ForeignVM, m.detail, nil)
	case placement.Duplicated:
		return hypervisor.Permanent(placement.DuplicateUUID, m.detail, nil)
	case placement.Unsettled:
		return hypervisor.Transient(placement.Busy, vm.Name+" may be just being made", nil)
	}
	if step == placement.StepClone {
		return nil
	}
	return hypervisor.Transient(placement.Busy, vm.Name+" is not there", nil)
}

func (m *machine) on() bool {
	return m.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn
}

func (l *login) writable(m *machine) *object.VirtualMachine {
	return object.NewVirtualMachine(l.write, m.Self)
}
