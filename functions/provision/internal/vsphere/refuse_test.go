package vsphere_test

import (
	"testing"

	"dcm.io/functions/provision/internal/placement"
)

func TestCloneRefusesBeforeMaking(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h := f.connect(t)
	for _, tc := range []struct {
		reason string
		change func(*placement.VM)
		code   placement.Code
	}{
		{"no such template", func(vm *placement.VM) { vm.TemplatePath = "/DC0/vm/none" }, placement.TemplateMissing},
		{"a folder is no template", func(vm *placement.VM) { vm.TemplatePath = "/DC0/vm" }, placement.TemplateMissing},
		{"no such network", func(vm *placement.VM) { vm.NetworkPath = "/DC0/network/none" }, placement.NetworkMissing},
		{"a switch is no network", func(vm *placement.VM) { vm.NetworkPath = "/DC0/network/DVS0" }, placement.NetworkMissing},
		{"no such pool", func(vm *placement.VM) { vm.ResourcePool = "/DC0/host/DC0_C0/none" }, placement.ResourcePoolMissing},
		{"no such datastore", func(vm *placement.VM) { vm.Datastore = "/DC0/datastore/none" }, placement.DatastoreMissing},
		{"no such datacenter", func(vm *placement.VM) { vm.Folder = "/DC7/vm/dcm/acme" }, placement.FolderMissing},
		{"a machine where the folder should be", func(vm *placement.VM) { vm.Folder = linuxTemplate + "/acme" }, placement.FolderMissing},
		{"disks do not shrink", func(vm *placement.VM) { vm.DiskGiB = 9 }, placement.DiskTooSmall},
	} {
		vm := specify(t, nil)
		tc.change(&vm)
		t.Log(tc.reason)
		_, err := h.Clone(t.Context(), vm)
		wantFault(t, err, tc.code, false)
		if n := f.Count(t, vm); n != 0 {
			t.Errorf("%s: something was made", tc.reason)
		}
	}
}
