package traced_test

import (
	"testing"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/hypervisor/hypervisortest"
	"dcm.io/functions/provision/internal/hypervisor/memory"
	"dcm.io/functions/provision/internal/hypervisor/traced"
	"dcm.io/functions/provision/internal/placement"
	"github.com/google/uuid"
)

// A fixture is a hypervisor in memory, seen in the trace.
type fixture struct{ memory *memory.Hypervisor }

func (f fixture) Open(*testing.T) hypervisor.Hypervisor { return traced.Hypervisor{Inner: f.memory} }
func (f fixture) Plant(_ *testing.T, vm placement.VM)   { f.memory.Plant(vm) }
func (f fixture) Lose(_ *testing.T, vm placement.VM)    { f.memory.Lose(vm) }
func (f fixture) Count(_ *testing.T, vm placement.VM) (n int) {
	for _, name := range f.memory.Machines() {
		if name == vm.Name {
			n++
		}
	}
	return n
}

func (f fixture) VM(t *testing.T) placement.VM {
	t.Helper()
	vm, err := placement.Specify(placement.Order{
		RequestID: uuid.New(), TenantID: uuid.NewSHA1(uuid.Nil, []byte("acme")), Tenant: "acme", Name: "web",
		Template: "/dc/vm/linux", Network: "/dc/network/lan", OS: placement.Linux, VCPU: 2, RAMGiB: 4, DiskGiB: 50,
	}, placement.Site{Folder: "/dc/vm", ResourcePool: "/dc/host/pool"})
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

// TestConformance: tracing changes nothing.
func TestConformance(t *testing.T) {
	t.Parallel()
	hypervisortest.Run(t, func(*testing.T) hypervisortest.Fixture { return fixture{memory.New()} })
}
