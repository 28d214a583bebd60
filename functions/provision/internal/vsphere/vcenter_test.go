package vsphere_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/functions/provision/internal/vsphere"
)

const (
	linuxTemplate   = "/DC0/vm/ubuntu-2404"
	windowsTemplate = "/DC0/vm/windows [2025]" // brackets: a pattern to govmomi's finder
)

// TestMain makes one kind of task slow. The setting is global to the simulator,
// so no test changes it later.
func TestMain(m *testing.M) {
	simulator.TaskDelay.MethodDelay = map[string]int{"LockHandoff": 0, "Slow": 500}
	os.Exit(m.Run())
}

// vcenter is a simulated vCenter with two templates and a way to its insides.
type vcenter struct {
	*simulator.Server
	model *simulator.Model
	admin *govmomi.Client
}

func newVCenter(t *testing.T) *vcenter {
	t.Helper()
	model := simulator.VPX()
	model.Host, model.Portgroup, model.Machine = 0, 2, 2
	if err := model.Create(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Remove)
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword("dcm", "s3cret")}
	server := model.Service.NewServer()
	t.Cleanup(server.Close)
	admin, err := govmomi.NewClient(t.Context(), server.URL, true)
	if err != nil {
		t.Fatal(err)
	}
	v := &vcenter{server, model, admin}
	v.makeTemplate(t, "/DC0/vm/DC0_C0_RP0_VM0", "ubuntu-2404", "ubuntu64Guest")
	v.makeTemplate(t, "/DC0/vm/DC0_C0_RP0_VM1", "windows [2025]", "windows2022srvNext_64Guest")
	return v
}

func (v *vcenter) makeTemplate(t *testing.T, path, name, guest string) {
	t.Helper()
	vm := v.find(t, path)
	v.wait(t)(vm.PowerOff(t.Context()))
	v.wait(t)(vm.Reconfigure(t.Context(), types.VirtualMachineConfigSpec{Name: name, GuestId: guest}))
	if err := vm.MarkAsTemplate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wait takes what a call for a task returns and fails the test unless it succeeds.
func (v *vcenter) wait(t *testing.T) func(*object.Task, error) {
	t.Helper()
	return func(task *object.Task, err error) {
		t.Helper()
		if err == nil {
			err = task.Wait(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// find returns nil if nothing has the path.
func (v *vcenter) find(t *testing.T, path string) *object.VirtualMachine {
	t.Helper()
	ref, err := object.NewSearchIndex(v.admin.Client).FindByInventoryPath(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	vm, _ := ref.(*object.VirtualMachine)
	return vm
}

func (v *vcenter) properties(t *testing.T, vm placement.VM) mo.VirtualMachine {
	t.Helper()
	found := v.find(t, vm.Folder+"/"+vm.Name)
	if found == nil {
		t.Fatalf("%s does not exist", vm.Name)
	}
	var o mo.VirtualMachine
	if err := found.Properties(t.Context(), found.Reference(), nil, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func (v *vcenter) connection() vsphere.Connection {
	return vsphere.Connection{
		URL: v.URL.Scheme + "://" + v.URL.Host, User: "dcm", Password: "s3cret",
		Thumbprint: v.CertificateInfo().ThumbprintSHA256,
	}
}

// connect is closed with the test.
func (v *vcenter) connect(t *testing.T) *vsphere.Hypervisor {
	t.Helper()
	h := vsphere.New(v.connection())
	t.Cleanup(func() { _ = h.Close(context.WithoutCancel(t.Context())) })
	return h
}

// fail injects a fault into the calls of method.
func (v *vcenter) fail(method string, fault types.BaseMethodFault, times int) {
	v.model.Service.AddFaultRule(&simulator.FaultInjectionRule{
		MethodName: method, ObjectType: "*", ObjectName: "*", Enabled: true, Probability: 1,
		FaultType: simulator.FaultTypeCustom, Fault: fault, MaxCount: times,
	})
}

// slowTask runs on the machine at path for half a second and does nothing. It is
// named as if it were a clone.
func (v *vcenter) slowTask(t *testing.T, path string) string {
	t.Helper()
	ref := simulator.CreateTask(v.find(t, path), "slow", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return nil, nil
	}).Run(v.model.Service.Context)
	return "clone/" + ref.Value
}

// fixture is what the conformance suite wants.
type fixture struct{ *vcenter }

func (f fixture) Open(t *testing.T) hypervisor.Hypervisor {
	t.Helper()
	return f.connect(t)
}

func (f fixture) VM(t *testing.T) placement.VM {
	t.Helper()
	return specify(t, nil)
}

var pool, _ = placement.ParsePool("192.0.2.0/24", "192.0.2.1", "192.0.2.53")

// specify is a Linux machine with a fixed address, changed by change.
func specify(t *testing.T, change func(*placement.Order)) placement.VM {
	t.Helper()
	order := placement.Order{
		RequestID: uuid.New(), TenantID: uuid.NewSHA1(uuid.Nil, []byte("acme")), Tenant: "acme", Name: "web-1",
		Template: linuxTemplate, Network: "/DC0/network/DC0_DVPG1", OS: placement.Linux, VCPU: 2, RAMGiB: 4, DiskGiB: 50,
	}
	if change != nil {
		change(&order)
	}
	vm, err := placement.Specify(order, placement.Site{
		Folder: "/DC0/vm/dcm", ResourcePool: "/DC0/host/DC0_C0/Resources", Datastore: "/DC0/datastore/LocalDS_0",
	})
	if err != nil {
		t.Fatal(err)
	}
	if vm.Address, err = pool.Pick(vm.RequestID, func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	return vm
}

// Plant clones the template under the name of vm, as somebody would by hand.
func (f fixture) Plant(t *testing.T, vm placement.VM) {
	t.Helper()
	dc := object.NewDatacenter(f.admin.Client, f.model.Map().Any("Datacenter").Reference())
	folders, err := dc.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	base, err := folders.VmFolder.CreateFolder(t.Context(), "dcm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = base.CreateFolder(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	f.plantIn(t, vm.Folder, vm.Name)
}

func (f fixture) plantIn(t *testing.T, folder, name string) {
	t.Helper()
	index := object.NewSearchIndex(f.admin.Client)
	parent, err := index.FindByInventoryPath(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := index.FindByInventoryPath(t.Context(), "/DC0/host/DC0_C0/Resources")
	if err != nil {
		t.Fatal(err)
	}
	ref := pool.Reference()
	f.wait(t)(f.find(t, linuxTemplate).Clone(t.Context(), parent.(*object.Folder), name, types.VirtualMachineCloneSpec{
		Location: types.VirtualMachineRelocateSpec{Pool: &ref},
	}))
}

// terminateSessions ends all sessions but the administrator's.
func (f fixture) terminateSessions(t *testing.T) {
	t.Helper()
	ours, err := f.admin.SessionManager.UserSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var m mo.SessionManager
	if err := f.admin.RetrieveOne(t.Context(), *f.admin.ServiceContent.SessionManager, []string{"sessionList"}, &m); err != nil {
		t.Fatal(err)
	}
	for _, session := range m.SessionList {
		if session.Key == ours.Key {
			continue
		}
		if err := f.admin.SessionManager.TerminateSession(t.Context(), []string{session.Key}); err != nil {
			t.Fatal(err)
		}
	}
}

// authority is the certificate of the server, which signed it itself.
func authority(v *vcenter) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.Certificate().Raw}))
}

// Lose waits for the files too: the simulator's Destroy starts a second task that
// deletes them and does not wait for it, and its next clone of that name panics when
// a file goes away while it lists them (govmomi v0.56.0, RefreshStorageInfo).
func (f fixture) Lose(t *testing.T, vm placement.VM) {
	t.Helper()
	var dir object.DatastorePath
	dir.FromString(f.properties(t, vm).Config.Files.LogDirectory)
	store := f.model.Map().Any("Datastore").(*simulator.Datastore) // it has one
	files := filepath.Join(store.Summary.Url, dir.Path)
	if _, err := os.Stat(files); err != nil {
		t.Fatal(err)
	}
	f.wait(t)(f.find(t, vm.Folder+"/"+vm.Name).Destroy(t.Context()))
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(files); errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s is still there", files)
		}
	}
}

func (f fixture) Count(t *testing.T, vm placement.VM) (n int) {
	t.Helper()
	for _, o := range f.model.Map().All("VirtualMachine") {
		if o.Entity().Name == vm.Name {
			n++
		}
	}
	return n
}
