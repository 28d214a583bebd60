package vcenter

import (
	"net/netip"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// dhcpEvery is how soon a machine that was switched on has an address.
const dhcpEvery = 50 * time.Millisecond

// firstAddress is where the simulated network's addresses begin: a range that
// is kept free for documentation.
var firstAddress = netip.MustParseAddr("198.51.100.10")

// leaseAddresses does what a DHCP server and the guest tools do together: the
// simulator gives an address only to machines that were told a fixed one.
func (v *VCenter) leaseAddresses() {
	tick := time.NewTicker(dhcpEvery)
	defer tick.Stop()
	for {
		select {
		case <-v.stop:
			return
		case <-tick.C:
			v.leaseOnce()
		}
	}
}

func (v *VCenter) leaseOnce() {
	ctx := v.model.Service.Context
	taken := map[string]bool{}
	var waiting []*simulator.VirtualMachine
	for _, entity := range ctx.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		ctx.Map.WithLock(ctx, vm, func() {
			switch {
			case vm.Guest != nil && vm.Guest.IpAddress != "":
				taken[vm.Guest.IpAddress] = true
			case vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn:
				waiting = append(waiting, vm)
			}
		})
	}
	next := firstAddress
	for _, vm := range waiting {
		for taken[next.String()] {
			next = next.Next()
		}
		taken[next.String()] = true
		ctx.Map.WithLock(ctx, vm, func() {
			ctx.Update(vm, []types.PropertyChange{{Name: "guest.ipAddress", Val: next.String()}})
		})
	}
}
