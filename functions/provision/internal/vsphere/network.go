package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// network is what the first adapter of vm is to be backed by; nil keeps what the
// template has.
func (l *login) network(ctx context.Context, vm placement.VM) (types.BaseVirtualDeviceBackingInfo, error) {
	if vm.NetworkPath == "" {
		return nil, nil
	}
	network, err := require[object.NetworkReference](ctx, l, vm.NetworkPath, placement.NetworkMissing, "network")
	if err != nil {
		return nil, err
	}
	if _, ok := network.(*object.DistributedVirtualSwitch); ok {
		return nil, hypervisor.Permanent(placement.NetworkMissing, vm.NetworkPath+" is a switch, not a network", nil)
	}
	backing, err := network.EthernetCardBackingInfo(ctx)
	if err != nil {
		return nil, fmt.Errorf("read network %s: %w", vm.NetworkPath, err)
	}
	return backing, nil
}

// connected says whether two backings are the same network. A port of a
// distributed switch differs from machine to machine, its group does not.
func connected(have, want types.BaseVirtualDeviceBackingInfo) bool {
	switch want := want.(type) {
	case nil:
		return true
	case *types.VirtualEthernetCardDistributedVirtualPortBackingInfo:
		have, ok := have.(*types.VirtualEthernetCardDistributedVirtualPortBackingInfo)
		return ok && have.Port.SwitchUuid == want.Port.SwitchUuid && have.Port.PortgroupKey == want.Port.PortgroupKey
	case *types.VirtualEthernetCardNetworkBackingInfo:
		have, ok := have.(*types.VirtualEthernetCardNetworkBackingInfo)
		return ok && have.DeviceName == want.DeviceName
	case *types.VirtualEthernetCardOpaqueNetworkBackingInfo:
		have, ok := have.(*types.VirtualEthernetCardOpaqueNetworkBackingInfo)
		return ok && have.OpaqueNetworkId == want.OpaqueNetworkId
	}
	return false
}
