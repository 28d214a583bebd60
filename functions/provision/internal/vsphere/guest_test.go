package vsphere

import (
	"testing"

	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

func TestCustomizationState(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, status, waiting string
		want                    placement.Customization
	}{
		"Never":       {"a fresh clone", "TOOLSDEPLOYPKG_IDLE", "", placement.NotCustomized},
		"Silent":      {"before 7.0.2", "", "", placement.NotCustomized},
		"SilentWaits": {"before 7.0.2 the package is all there is", "", "/tmp/pkg", placement.Pending},
		"IdleWaits":   {"the guest does not know yet", "TOOLSDEPLOYPKG_IDLE", "/tmp/pkg", placement.Pending},
		"Pending":     {"as reported", "TOOLSDEPLOYPKG_PENDING", "/tmp/pkg", placement.Pending},
		"Running":     {"as reported", "TOOLSDEPLOYPKG_RUNNING", "", placement.Customizing},
		"Succeeded":   {"as reported", "TOOLSDEPLOYPKG_SUCCEEDED", "", placement.Customized},
		"Failed":      {"as reported", "TOOLSDEPLOYPKG_FAILED", "", placement.Miscustomized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := machine{VirtualMachine: mo.VirtualMachine{
				Config: &types.VirtualMachineConfigInfo{Tools: &types.ToolsConfigInfo{PendingCustomization: tc.waiting}},
				Guest:  &types.GuestInfo{},
			}}
			if tc.status != "" {
				m.Guest.CustomizationInfo = &types.GuestInfoCustomizationInfo{CustomizationStatus: tc.status}
			}
			if got := m.customization(); got != tc.want {
				t.Errorf("%s: want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
	if got := new(machine).customization(); got != placement.NotCustomized {
		t.Errorf("nothing known: got %q", got)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	fixed := &placement.Address{IP: "192.0.2.7"}
	for name, tc := range map[string]struct {
		reason string
		fixed  *placement.Address
		first  string
		nics   []string
		want   string
	}{
		"None":          {"not started", nil, "", nil, ""},
		"First":         {"the guest's choice", nil, "192.0.2.8", []string{"192.0.2.9"}, "192.0.2.8"},
		"LinkLocal":     {"cannot be reached", nil, "169.254.1.1", []string{"fe80::1", "192.0.2.9"}, "192.0.2.9"},
		"FourBeforeSix": {"people know it", nil, "2001:db8::1", []string{"192.0.2.9"}, "192.0.2.9"},
		"Six":           {"better than none", nil, "2001:db8::1", []string{"fe80::1"}, "2001:db8::1"},
		"FixedTaken":    {"as asked for", fixed, "198.51.100.1", []string{"192.0.2.7"}, "192.0.2.7"},
		"FixedNotYet":   {"the template's address would be wrong", fixed, "198.51.100.1", []string{"2001:db8::1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := machine{VirtualMachine: mo.VirtualMachine{Guest: &types.GuestInfo{
				IpAddress: tc.first, Net: []types.GuestNicInfo{{IpAddress: tc.nics}},
			}}}
			if got := m.address(placement.VM{Address: tc.fixed}); got != tc.want {
				t.Errorf("%s: want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestConnected(t *testing.T) {
	t.Parallel()
	port := func(group, port string) types.BaseVirtualDeviceBackingInfo {
		return &types.VirtualEthernetCardDistributedVirtualPortBackingInfo{
			Port: types.DistributedVirtualSwitchPortConnection{SwitchUuid: "s", PortgroupKey: group, PortKey: port},
		}
	}
	standard := &types.VirtualEthernetCardNetworkBackingInfo{VirtualDeviceDeviceBackingInfo: types.VirtualDeviceDeviceBackingInfo{DeviceName: "lan"}}
	opaque := &types.VirtualEthernetCardOpaqueNetworkBackingInfo{OpaqueNetworkId: "o"}
	for name, tc := range map[string]struct {
		have, want types.BaseVirtualDeviceBackingInfo
		same       bool
	}{
		"NoneAskedFor": {standard, nil, true},
		"OtherPort":    {port("g", "17"), port("g", ""), true},
		"OtherGroup":   {port("h", ""), port("g", ""), false},
		"OtherKind":    {standard, port("g", ""), false},
		"Standard":     {standard, standard, true},
		"Opaque":       {opaque, opaque, true},
		"NotOpaque":    {standard, opaque, false},
		"None":         {nil, standard, false},
	} {
		if got := connected(tc.have, tc.want); got != tc.same {
			t.Errorf("%s: want %t, got %t", name, tc.same, got)
		}
	}
}
