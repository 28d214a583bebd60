package vsphere_test

import (
	"testing"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

func TestMachineIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	vm := specify(t, nil)
	driveTo(t, v.connect(t), vm, ready)
	got := v.properties(t, vm)
	if got.Config.InstanceUuid != vm.InstanceUUID.String() || got.Config.Hardware.NumCPU != 2 || got.Config.Hardware.MemoryMB != 4096 {
		t.Errorf("instance %s, %d vCPU, %d MB", got.Config.InstanceUuid, got.Config.Hardware.NumCPU, got.Config.Hardware.MemoryMB)
	}
	marks := map[string]any{}
	for _, option := range got.Config.ExtraConfig {
		marks[option.GetOptionValue().Key] = option.GetOptionValue().Value
	}
	if marks["dcm.request.id"] != vm.RequestID.String() || marks["dcm.tenant.id"] != vm.TenantID.String() {
		t.Errorf("marks %v", marks)
	}
	var disk int64
	var group string
	for _, device := range got.Config.Hardware.Device {
		switch device := device.(type) {
		case *types.VirtualDisk:
			disk = device.CapacityInBytes >> 30
		case types.BaseVirtualEthernetCard:
			if b, ok := device.GetVirtualEthernetCard().Backing.(*types.VirtualEthernetCardDistributedVirtualPortBackingInfo); ok {
				group = b.Port.PortgroupKey
			}
		}
	}
	if disk != 50 {
		t.Errorf("want a disk of 50 GiB, got %d", disk)
	}
	if name := v.model.Map().Get(types.ManagedObjectReference{Type: "DistributedVirtualPortgroup", Value: group}); name == nil {
		t.Errorf("port group %q does not exist", group)
	} else if v.find(t, vm.Folder+"/"+vm.Name) == nil {
		t.Error("machine is not in the tenant's folder")
	}
}

func TestVariants(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*placement.Order)
	}{
		"Windows": {"sysprep, 15 characters, and a template whose name is a pattern", func(o *placement.Order) {
			o.OS, o.Template, o.Name = placement.Windows, windowsTemplate, "terminal-server"
		}},
		"StandardNetwork": {"another kind of backing", func(o *placement.Order) { o.Network = "/DC0/network/VM Network" }},
		"TemplateNetwork": {"none asked for", func(o *placement.Order) { o.Network = "" }},
		"TemplateDisk":    {"exactly as large as the template's", func(o *placement.Order) { o.DiskGiB = 10 }},
		"EscapedTenant":   {"a slash in a folder's name", func(o *placement.Order) { o.Tenant = "50% a/c" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVCenter(t)
			vm := specify(t, tc.change)
			o := driveTo(t, v.connect(t), vm, ready)
			if o.Hostname != vm.Hostname || o.Address != vm.Address.IP || !o.HardwareMatches {
				t.Errorf("%s: %+v", tc.reason, o)
			}
		})
	}
}

// TestDHCP plays the DHCP server: the simulator hands out no address of its own.
func TestDHCP(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h, vm := v.connect(t), specify(t, nil)
	vm.Address = nil
	driveTo(t, h, vm, placement.StepPowerOn)
	task, err := h.PowerOn(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	want := placement.Action{Kind: placement.Wait, Step: placement.StepAddress}
	for act := (placement.Action{}); act != want; {
		o, err := h.Observe(t.Context(), vm, task)
		if err != nil {
			t.Fatal(err)
		}
		if act = placement.Next(o); act.Kind == placement.Finish {
			t.Fatalf("finished without an address: %+v", o)
		}
	}
	for _, tc := range []struct {
		ip   string
		kind placement.Kind
	}{
		{"169.254.7.7", placement.Wait}, // the guest found no server
		{"198.51.100.7", placement.Finish},
	} {
		v.wait(t)(v.find(t, vm.Folder+"/"+vm.Name).Reconfigure(t.Context(), types.VirtualMachineConfigSpec{
			ExtraConfig: []types.BaseOptionValue{&types.OptionValue{Key: "SET.guest.ipAddress", Value: tc.ip}},
		}))
		o, err := h.Observe(t.Context(), vm, "")
		if act := placement.Next(o); err != nil || act.Kind != tc.kind {
			t.Errorf("%s: want %s, got %+v, %v", tc.ip, tc.kind, act, err)
		}
	}
}

func TestFoundAfterRenaming(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h, vm := v.connect(t), specify(t, nil)
	driveTo(t, h, vm, placement.StepReconfigure)
	v.wait(t)(v.find(t, vm.Folder+"/"+vm.Name).Rename(t.Context(), "renamed by hand"))
	if o := driveTo(t, h, vm, ready); o.Presence != placement.Ours {
		t.Errorf("got %+v", o)
	}
}
