package vcenter

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// Names of the parts that all tenants share.
const (
	Datacenter     = "DC0"
	Cluster        = "DC0_C0"
	Datastore      = "LocalDS_0"
	TemplateFolder = "templates"

	portgroupPorts = 64
	hosts          = 2
)

// Template is a machine image that requests are cloned from.
type Template struct {
	Name    string
	GuestID string
	DiskGiB int64
}

// Templates are the images of every vCenter here. Their disks are smaller than
// the smallest size on offer: a clone's disk can grow, never shrink.
var Templates = []Template{
	{Name: "ubuntu-24.04", GuestID: string(types.VirtualMachineGuestOsIdentifierUbuntu64Guest), DiskGiB: 20},
	{Name: "debian-12", GuestID: string(types.VirtualMachineGuestOsIdentifierDebian12_64Guest), DiskGiB: 20},
	{Name: "windows-2022", GuestID: string(types.VirtualMachineGuestOsIdentifierWindows2019srvNext_64Guest), DiskGiB: 40},
}

// Networks are the names of a tenant's port groups.
func Networks(tenant string) []string { return []string{tenant + "-prod", tenant + "-dmz"} }

func newModel() *simulator.Model {
	m := simulator.VPX()
	m.Machine, m.Host, m.ClusterHost = 0, 0, hosts
	return m
}

// builder makes objects by calling the simulator as a client would, only
// without a network between.
type builder struct {
	client  *vim25.Client
	finder  *find.Finder
	folders *object.DatacenterFolders
	root    *object.ResourcePool
}

func newBuilder(ctx context.Context, m *simulator.Model) (*builder, error) {
	client, err := vim25.NewClient(ctx, m.Service)
	if err != nil {
		return nil, fmt.Errorf("reach the simulator: %w", err)
	}
	b := &builder{client: client, finder: find.NewFinder(client)}
	dc, err := b.finder.Datacenter(ctx, Datacenter)
	if err != nil {
		return nil, fmt.Errorf("find the datacenter: %w", err)
	}
	b.finder.SetDatacenter(dc)
	if b.folders, err = dc.Folders(ctx); err != nil {
		return nil, fmt.Errorf("find the folders: %w", err)
	}
	if b.root, err = b.finder.ResourcePool(ctx, Cluster+"/Resources"); err != nil {
		return nil, fmt.Errorf("find the resource pool: %w", err)
	}
	return b, nil
}

func (b *builder) furnish(ctx context.Context, tenants []string) error {
	folder, err := b.folders.VmFolder.CreateFolder(ctx, TemplateFolder)
	if err != nil {
		return fmt.Errorf("create the template folder: %w", err)
	}
	for _, template := range Templates {
		if err := b.template(ctx, folder, template); err != nil {
			return fmt.Errorf("create template %s: %w", template.Name, err)
		}
	}
	for _, tenant := range tenants {
		if err := b.tenant(ctx, tenant); err != nil {
			return fmt.Errorf("furnish tenant %s: %w", tenant, err)
		}
	}
	return nil
}

func (b *builder) tenant(ctx context.Context, tenant string) error {
	if _, err := b.folders.VmFolder.CreateFolder(ctx, tenant); err != nil {
		return fmt.Errorf("create the folder: %w", err)
	}
	if _, err := b.root.Create(ctx, tenant, types.DefaultResourceConfigSpec()); err != nil {
		return fmt.Errorf("create the resource pool: %w", err)
	}
	network, err := b.finder.Network(ctx, "DVS0")
	if err != nil {
		return fmt.Errorf("find the switch: %w", err)
	}
	dvs := object.NewDistributedVirtualSwitch(b.client, network.Reference())
	var groups []types.DVPortgroupConfigSpec
	for _, name := range Networks(tenant) {
		groups = append(groups, types.DVPortgroupConfigSpec{
			Name: name, NumPorts: portgroupPorts,
			Type: string(types.DistributedVirtualPortgroupPortgroupTypeEarlyBinding),
		})
	}
	task, err := dvs.AddPortgroup(ctx, groups)
	if err == nil {
		err = task.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("create the port groups: %w", err)
	}
	return nil
}

func (b *builder) template(ctx context.Context, folder *object.Folder, t Template) error {
	spec := types.VirtualMachineConfigSpec{Name: t.Name, GuestId: t.GuestID, NumCPUs: 2, MemoryMB: 4096}
	vm, err := b.machine(ctx, folder, b.root, spec, "DC0_DVPG0", t.DiskGiB<<20)
	if err != nil {
		return err
	}
	return vm.MarkAsTemplate(ctx)
}

// machine creates a powered-off machine with one disk and one network card.
func (b *builder) machine(ctx context.Context, folder *object.Folder, pool *object.ResourcePool, spec types.VirtualMachineConfigSpec, network string, diskKB int64) (*object.VirtualMachine, error) {
	net, err := b.finder.Network(ctx, network)
	if err != nil {
		return nil, fmt.Errorf("find network %s: %w", network, err)
	}
	backing, err := net.EthernetCardBackingInfo(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to network %s: %w", network, err)
	}
	var devices object.VirtualDeviceList
	card, err := devices.CreateEthernetCard("vmxnet3", backing)
	if err != nil {
		return nil, fmt.Errorf("make a network card: %w", err)
	}
	scsi, err := devices.CreateSCSIController("pvscsi")
	if err != nil {
		return nil, fmt.Errorf("make a disk controller: %w", err)
	}
	spec.Files = &types.VirtualMachineFileInfo{VmPathName: "[" + Datastore + "]"}
	disk := devices.CreateDisk(scsi.(types.BaseVirtualController), types.ManagedObjectReference{}, "["+Datastore+"] "+spec.Name+"/disk1.vmdk")
	disk.CapacityInKB = diskKB
	if spec.DeviceChange, err = append(devices, scsi, disk, card).ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd); err != nil {
		return nil, fmt.Errorf("list the devices: %w", err)
	}
	task, err := folder.CreateVM(ctx, spec, pool, nil)
	if err != nil {
		return nil, fmt.Errorf("create the machine: %w", err)
	}
	done, err := task.WaitForResult(ctx)
	if err != nil {
		return nil, fmt.Errorf("create the machine: %w", err)
	}
	return object.NewVirtualMachine(b.client, done.Result.(types.ManagedObjectReference)), nil
}
