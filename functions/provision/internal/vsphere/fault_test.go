package vsphere_test

import (
	"testing"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
)

// TestFaultsOfCalls is serial in its cases: they share one vCenter and its rules.
func TestFaultsOfCalls(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h := v.connect(t)
	for name, tc := range map[string]struct {
		reason    string
		fault     types.BaseMethodFault
		code      placement.Code
		transient bool
	}{
		"NoPermission":       {"an administrator must grant it", &types.NoPermission{PrivilegeId: "VirtualMachine.Inventory.CreateFromExisting"}, placement.NoPermission, false},
		"Resources":          {"somebody must make room", &types.InsufficientResourcesFault{}, placement.InsufficientResources, false},
		"Memory":             {"a kind of the same", &types.InsufficientMemoryResourcesFault{}, placement.InsufficientResources, false},
		"DiskSpace":          {"somebody must make room", &types.NoDiskSpace{Datastore: "ds"}, placement.InsufficientResources, false},
		"InvalidName":        {"it will not become valid", &types.InvalidName{Name: "x"}, placement.InvalidName, false},
		"Unknown":            {"nobody knows that it will pass", &types.NotSupported{}, placement.Refused, false},
		"InvalidArgument":    {"asked wrongly", &types.InvalidArgument{InvalidProperty: "spec"}, placement.Refused, false},
		"DuplicateName":      {"the next look tells whose it is", &types.DuplicateName{Name: "x"}, placement.Busy, true},
		"TaskInProgress":     {"it will end", &types.TaskInProgress{}, placement.Busy, true},
		"ConcurrentAccess":   {"it will end", &types.ConcurrentAccess{}, placement.Busy, true},
		"ResourceInUse":      {"it will end", &types.ResourceInUse{}, placement.Busy, true},
		"InvalidState":       {"states change", &types.InvalidState{}, placement.Busy, true},
		"InvalidDatastore":   {"a kind of the same", &types.InvalidDatastoreState{}, placement.Busy, true},
		"HostNotConnected":   {"hosts come back", &types.HostNotConnected{}, placement.Unreachable, true},
		"SystemError":        {"the simulator's word for a network failure", &types.SystemErrorFault{Reason: "network"}, placement.Unreachable, true},
		"AlwaysLoggedOut":    {"a new session did not help, yet it may", &types.NotAuthenticated{}, placement.Session, true},
		"CustomizationFault": {"the template cannot be customized", &types.UncustomizableGuest{}, placement.CustomizationFailed, false},
	} {
		v.fail("CloneVM_Task", tc.fault, 0)
		vm := specify(t, nil)
		task, err := h.Clone(t.Context(), vm)
		if t.Logf("%s: %s", name, tc.reason); task != "" {
			t.Errorf("want no task, got %s", task)
		}
		wantFault(t, err, tc.code, tc.transient)
		v.model.Service.ClearFaultRules()
	}
}

func TestTransientFaultsAreSurvived(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		method string
		fault  types.BaseMethodFault
	}{
		"CloneBusy":           {"CloneVM_Task", &types.TaskInProgress{}},
		"CustomizeBusy":       {"CustomizeVM_Task", &types.ConcurrentAccess{}},
		"ReconfigureBusy":     {"ReconfigVM_Task", &types.ResourceInUse{}},
		"PowerOnInvalidState": {"PowerOnVM_Task", &types.InvalidState{}},
		"PowerOnNetwork":      {"PowerOnVM_Task", &types.SystemErrorFault{Reason: "network"}},
		"FolderTaken":         {"CreateFolder", &types.SystemErrorFault{Reason: "network"}},
		"SearchFails":         {"FindAllByUuid", &types.SystemErrorFault{Reason: "network"}},
		"LoggedOutOnce":       {"*", &types.NotAuthenticated{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fixture{newVCenter(t)}
			vm := specify(t, nil)
			f.fail(tc.method, tc.fault, 2)
			driveTo(t, f.connect(t), vm, ready)
			if n := f.Count(t, vm); n != 1 {
				t.Errorf("want one machine, got %d", n)
			}
		})
	}
}

func TestPermanentFaultOfAStepLeavesTheMachineForRemoval(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	driveTo(t, h, vm, placement.StepPowerOn)
	f.fail("PowerOnVM_Task", &types.NoPermission{PrivilegeId: "VirtualMachine.Interact.PowerOn"}, 0)
	_, err := h.PowerOn(t.Context(), vm)
	wantFault(t, err, placement.NoPermission, false)
	for gone := false; !gone; {
		if gone, err = h.Remove(t.Context(), vm, ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.Count(t, vm); n != 0 {
		t.Errorf("want nothing left, got %d", n)
	}
}
