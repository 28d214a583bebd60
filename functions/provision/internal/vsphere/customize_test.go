package vsphere

import (
	"testing"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

func TestCustomizationOfLinux(t *testing.T) {
	t.Parallel()
	spec := customization(placement.VM{OS: placement.Linux, Hostname: "web", Domain: "internal"}, 2)
	prep, ok := spec.Identity.(*types.CustomizationLinuxPrep)
	if !ok || prep.Domain != "internal" || prep.HostName.(*types.CustomizationFixedName).Name != "web" {
		t.Errorf("identity %+v", spec.Identity)
	}
	if len(spec.NicSettingMap) != 2 {
		t.Fatalf("want a setting for each adapter, got %d", len(spec.NicSettingMap))
	}
	for _, nic := range spec.NicSettingMap {
		if _, ok := nic.Adapter.Ip.(*types.CustomizationDhcpIpGenerator); !ok {
			t.Errorf("want DHCP, got %+v", nic.Adapter)
		}
	}
}

func TestCustomizationOfWindowsWithFixedAddress(t *testing.T) {
	t.Parallel()
	spec := customization(placement.VM{
		OS: placement.Windows, Hostname: "TS-1",
		Address: &placement.Address{IP: "192.0.2.7", Netmask: "255.255.255.0", Gateway: "192.0.2.1", DNS: []string{"192.0.2.53"}},
	}, 2)
	prep, ok := spec.Identity.(*types.CustomizationSysprep)
	if !ok || prep.UserData.ComputerName.(*types.CustomizationFixedName).Name != "TS-1" || prep.GuiUnattended.Password != nil {
		t.Errorf("identity %+v", spec.Identity)
	}
	first, second := spec.NicSettingMap[0].Adapter, spec.NicSettingMap[1].Adapter
	if ip, ok := first.Ip.(*types.CustomizationFixedIp); !ok || ip.IpAddress != "192.0.2.7" || first.SubnetMask != "255.255.255.0" || first.Gateway[0] != "192.0.2.1" {
		t.Errorf("first adapter %+v", first)
	}
	if _, ok := second.Ip.(*types.CustomizationDhcpIpGenerator); !ok {
		t.Errorf("second adapter %+v", second)
	}
	if first.DnsServerList[0] != "192.0.2.53" || spec.GlobalIPSettings.DnsServerList[0] != "192.0.2.53" {
		t.Error("name servers must be given both ways: Windows reads one, Linux the other")
	}
}
