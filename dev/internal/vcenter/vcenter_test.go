package vcenter_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"dcm.io/dev/internal/vcenter"
	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

const instanceUUID = "5f2b8f1e-8f0a-5d0e-9c0b-1c2d3e4f5a6b"

func TestInventory(t *testing.T) {
	t.Parallel()
	_, finder := connect(t, start(t, t.TempDir(), ""))
	for _, template := range vcenter.Templates {
		vm, err := finder.VirtualMachine(t.Context(), vcenter.TemplateFolder+"/"+template.Name)
		if err != nil {
			t.Fatal(err)
		}
		var m mo.VirtualMachine
		if err := vm.Properties(t.Context(), vm.Reference(), []string{"config"}, &m); err != nil {
			t.Fatal(err)
		}
		if !m.Config.Template {
			t.Errorf("%s is no template", template.Name)
		}
		if got := diskGiB(t, vm); got != template.DiskGiB {
			t.Errorf("%s has a disk of %d GiB, want %d", template.Name, got, template.DiskGiB)
		}
	}
	for _, tenant := range []string{"acme", "globex"} {
		if _, err := finder.Folder(t.Context(), tenant); err != nil {
			t.Error(err)
		}
		if _, err := finder.ResourcePool(t.Context(), vcenter.Cluster+"/Resources/"+tenant); err != nil {
			t.Error(err)
		}
		for _, network := range vcenter.Networks(tenant) {
			if _, err := finder.Network(t.Context(), network); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	v := start(t, t.TempDir(), "")
	cases := map[string]struct {
		thumbprint, password string
		refused              func(error) bool
	}{
		"Good":         {v.ThumbprintSHA1(), "secret", func(err error) bool { return err == nil }},
		"SHA256":       {v.ThumbprintSHA256(), "secret", func(err error) bool { return err == nil }},
		"NoThumbprint": {"", "secret", soap.IsCertificateUntrusted},
		"BadPassword":  {v.ThumbprintSHA1(), "guess", func(err error) bool { return fault.Is(err, &types.InvalidLogin{}) }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := v.UserURL()
			u.User = url.UserPassword("dcm", tc.password)
			if _, err := dial(t.Context(), u, tc.thumbprint); !tc.refused(err) {
				t.Errorf("unexpected outcome: %v", err)
			}
		})
	}
}

func TestMachinesSurvive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v := start(t, dir, "")
	client, finder := connect(t, v)
	clone(t, client, finder)
	thumbprint, before := v.ThumbprintSHA1(), onlyMachine(t, v)
	want := vcenter.Machine{
		Name: "web-1", Folder: "acme", Pool: "acme", GuestID: vcenter.Templates[0].GuestID, InstanceUUID: instanceUUID,
		CPUs: 4, MemoryMB: 8192, DiskKB: 20 << 20, PowerState: "poweredOn", Address: "192.0.2.10",
	}
	check := func(t *testing.T, got vcenter.Machine) {
		t.Helper()
		if got.ExtraConfig["dcm.request.id"] != "r1" {
			t.Errorf("extraConfig %v lost our mark", got.ExtraConfig)
		}
		got.ExtraConfig, got.Network, got.Hostname = nil, "", ""
		if got.Name != want.Name || got.Folder != want.Folder || got.Pool != want.Pool || got.GuestID != want.GuestID ||
			got.InstanceUUID != want.InstanceUUID || got.CPUs != want.CPUs || got.MemoryMB != want.MemoryMB ||
			got.DiskKB != want.DiskKB || got.PowerState != want.PowerState || got.Address != want.Address {
			t.Errorf("machine is %+v\nwant %+v", got, want)
		}
	}
	check(t, before)

	t.Run("Outage", func(t *testing.T) {
		if err := v.Down(); err != nil {
			t.Fatal(err)
		}
		if _, err := dial(t.Context(), v.UserURL(), thumbprint); err == nil {
			t.Error("reachable while down")
		}
		if err := v.Up(); err != nil {
			t.Fatal(err)
		}
		connect(t, v)
		check(t, onlyMachine(t, v))
	})
	t.Run("NextRun", func(t *testing.T) {
		u := v.UserURL().Host
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		next := start(t, dir, u)
		if next.ThumbprintSHA1() != thumbprint {
			t.Error("the certificate changed")
		}
		check(t, onlyMachine(t, next))
		client, _ := connect(t, next)
		found, err := object.NewSearchIndex(client).FindAllByUuid(t.Context(), nil, instanceUUID, true, types.NewBool(true))
		if err != nil || len(found) != 1 {
			t.Errorf("found %d machines by instance UUID, want 1 (%v)", len(found), err)
		}
	})
}

func TestWeather(t *testing.T) {
	t.Parallel()
	v := start(t, t.TempDir(), "")
	_, finder := connect(t, v)
	mkdir := func(t *testing.T, to string) error {
		t.Helper()
		folder, err := finder.FolderOrDefault(t.Context(), "/DC0/vm")
		if err != nil {
			t.Fatal(err)
		}
		_, err = folder.CreateFolder(t.Context(), to)
		return err
	}
	t.Run("Fault", func(t *testing.T) {
		v.Inject(vcenter.Fault{Method: "CreateFolder", Fault: &types.ResourceInUse{}, Count: 1})
		if err := mkdir(t, "a"); !fault.Is(err, &types.ResourceInUse{}) {
			t.Errorf("first call: %v, want ResourceInUse", err)
		}
		if err := mkdir(t, "a"); err != nil {
			t.Errorf("second call: %v", err)
		}
	})
	t.Run("Delay", func(t *testing.T) {
		v.Delay("CreateFolder", 150*time.Millisecond)
		begun := time.Now()
		if err := mkdir(t, "b"); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took < 150*time.Millisecond {
			t.Errorf("took %s", took)
		}
	})
	t.Run("LostAnswer", func(t *testing.T) {
		v.Clear()
		v.LoseAnswers("CreateFolder", 1)
		if err := mkdir(t, "c"); err == nil || soap.IsSoapFault(err) {
			t.Errorf("got %v, want a broken connection", err)
		}
		if err := mkdir(t, "c"); !fault.Is(err, &types.DuplicateName{}) {
			t.Errorf("got %v, want DuplicateName: the lost call did its work", err)
		}
	})
	t.Run("HeldAnswer", func(t *testing.T) {
		v.Clear()
		v.Hold("CreateFolder", 300*time.Millisecond)
		held := make(chan error, 1)
		begun := time.Now()
		go func() { held <- mkdir(t, "d") }()
		for { // until the work is done, which nobody was told yet
			if _, err := finder.Folder(t.Context(), "/DC0/vm/d"); err == nil {
				break
			}
			if time.Since(begun) > 10*time.Second {
				t.Fatal("the held call did no work")
			}
		}
		select {
		case err := <-held:
			t.Errorf("answered %v before its time", err)
		default:
		}
		if err := <-held; err != nil || time.Since(begun) < 300*time.Millisecond {
			t.Errorf("%v after %s, want success after the hold", err, time.Since(begun))
		}
	})
}

func start(t *testing.T, dir, listen string) *vcenter.VCenter {
	t.Helper()
	v, err := vcenter.Start(t.Context(), vcenter.Config{
		Dir: dir, Listen: listen, User: "dcm", Password: "secret", Tenants: []string{"acme", "globex"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

func dial(ctx context.Context, u *url.URL, thumbprint string) (*govmomi.Client, error) {
	transport := soap.NewClient(u, false)
	transport.SetThumbprint(u.Host, thumbprint)
	client, err := vim25.NewClient(ctx, transport)
	if err != nil {
		return nil, err
	}
	c := &govmomi.Client{Client: client, SessionManager: session.NewManager(client)}
	return c, c.Login(ctx, u.User)
}

func connect(t *testing.T, v *vcenter.VCenter) (*vim25.Client, *find.Finder) {
	t.Helper()
	c, err := dial(t.Context(), v.UserURL(), v.ThumbprintSHA1())
	if err != nil {
		t.Fatal(err)
	}
	finder := find.NewFinder(c.Client)
	dc, err := finder.Datacenter(t.Context(), vcenter.Datacenter)
	if err != nil {
		t.Fatal(err)
	}
	return c.Client, finder.SetDatacenter(dc)
}

func clone(t *testing.T, client *vim25.Client, finder *find.Finder) {
	t.Helper()
	ctx := t.Context()
	template := must(t)(finder.VirtualMachine(ctx, vcenter.TemplateFolder+"/ubuntu-24.04")).(*object.VirtualMachine)
	folder := must(t)(finder.Folder(ctx, "acme")).(*object.Folder)
	pool := must(t)(finder.ResourcePool(ctx, vcenter.Cluster+"/Resources/acme")).(*object.ResourcePool).Reference()
	store := must(t)(finder.Datastore(ctx, vcenter.Datastore)).(*object.Datastore).Reference()
	task := must(t)(template.Clone(ctx, folder, "web-1", types.VirtualMachineCloneSpec{
		Location: types.VirtualMachineRelocateSpec{Pool: &pool, Datastore: &store},
		Config: &types.VirtualMachineConfigSpec{
			InstanceUuid: instanceUUID, NumCPUs: 4, MemoryMB: 8192,
			ExtraConfig: []types.BaseOptionValue{&types.OptionValue{Key: "dcm.request.id", Value: "r1"}},
		},
	})).(*object.Task)
	done, err := task.WaitForResult(ctx)
	if err != nil {
		t.Fatal(err)
	}
	vm := object.NewVirtualMachine(client, done.Result.(types.ManagedObjectReference))
	wait(t)(vm.Customize(ctx, types.CustomizationSpec{
		Identity:      &types.CustomizationLinuxPrep{HostName: &types.CustomizationFixedName{Name: "web-1"}, Domain: "acme.example"},
		NicSettingMap: []types.CustomizationAdapterMapping{{Adapter: types.CustomizationIPSettings{Ip: &types.CustomizationFixedIp{IpAddress: "192.0.2.10"}}}},
	}))
	wait(t)(vm.PowerOn(ctx))
}

func must(t *testing.T) func(any, error) any {
	t.Helper()
	return func(v any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wait(t *testing.T) func(*object.Task, error) {
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

func onlyMachine(t *testing.T, v *vcenter.VCenter) vcenter.Machine {
	t.Helper()
	all := v.VMs()
	if len(all) != 1 {
		t.Fatalf("%d machines, want 1: %+v", len(all), all)
	}
	return all[0]
}

func diskGiB(t *testing.T, vm *object.VirtualMachine) int64 {
	t.Helper()
	devices, err := vm.Device(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return devices.SelectByType((*types.VirtualDisk)(nil))[0].(*types.VirtualDisk).CapacityInKB >> 20
}
