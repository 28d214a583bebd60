package vsphere

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Check logs in afresh, so that it tests the credentials and not a session.
func (h *Hypervisor) Check(ctx context.Context) (hypervisor.Inventory, error) {
	fresh := New(h.conn)
	var inv hypervisor.Inventory
	err := fresh.do(ctx, "check connection", func(l *login) error {
		if !l.read.IsVC() {
			return hypervisor.Permanent(placement.NotVCenter, fmt.Sprintf("%s is no vCenter: single hosts cannot clone", l.read.ServiceContent.About.FullName), nil)
		}
		inv = hypervisor.Inventory{Product: l.read.ServiceContent.About.FullName}
		return l.list(ctx, &inv)
	})
	if err == nil {
		err = fresh.Close(ctx)
	}
	return inv, err
}

func (l *login) list(ctx context.Context, inv *hypervisor.Inventory) error {
	v, err := view.NewManager(l.read).CreateContainerView(ctx, l.read.ServiceContent.RootFolder, []string{"Datacenter", "ResourcePool", "Datastore", "Network", "VirtualMachine"}, true)
	if err != nil {
		return fmt.Errorf("create view: %w", err)
	}
	defer func() { _ = v.Destroy(ctx) }() // it ends with the session anyway
	for _, part := range []func(context.Context, *view.ContainerView, *hypervisor.Inventory) error{
		l.listFolders, l.listPools, l.listStores, l.listNetworks, l.listTemplates,
	} {
		if err := part(ctx, v, inv); err != nil {
			return err
		}
	}
	return nil
}

func (l *login) listFolders(ctx context.Context, v *view.ContainerView, inv *hypervisor.Inventory) error {
	var all []mo.Datacenter
	if err := v.Retrieve(ctx, []string{"Datacenter"}, []string{"name", "vmFolder"}, &all); err != nil {
		return fmt.Errorf("list datacenters: %w", err)
	}
	for _, dc := range all {
		place, err := l.place(ctx, dc.VmFolder, dc.Name)
		if err != nil {
			return err
		}
		inv.Folders = append(inv.Folders, place)
	}
	return nil
}

func (l *login) listPools(ctx context.Context, v *view.ContainerView, inv *hypervisor.Inventory) error {
	var all []mo.ResourcePool
	if err := v.Retrieve(ctx, []string{"ResourcePool"}, []string{"name"}, &all); err != nil {
		return fmt.Errorf("list resource pools: %w", err)
	}
	for _, pool := range all {
		place, err := l.place(ctx, pool.Self, pool.Name)
		if err != nil {
			return err
		}
		inv.ResourcePools = append(inv.ResourcePools, place)
	}
	return nil
}

func (l *login) listStores(ctx context.Context, v *view.ContainerView, inv *hypervisor.Inventory) error {
	var all []mo.Datastore
	if err := v.Retrieve(ctx, []string{"Datastore"}, []string{"name", "summary.freeSpace"}, &all); err != nil {
		return fmt.Errorf("list datastores: %w", err)
	}
	for _, store := range all {
		place, err := l.place(ctx, store.Self, store.Name)
		if err != nil {
			return err
		}
		inv.Datastores = append(inv.Datastores, hypervisor.Store{Place: place, FreeGiB: store.Summary.FreeSpace >> 30})
	}
	return nil
}

// listNetworks leaves out uplinks, which belong to the switch.
func (l *login) listNetworks(ctx context.Context, v *view.ContainerView, inv *hypervisor.Inventory) error {
	var all []mo.Network
	if err := v.Retrieve(ctx, []string{"Network"}, []string{"name", "tag"}, &all); err != nil {
		return fmt.Errorf("list networks: %w", err)
	}
	for _, network := range all {
		if uplink(network) {
			continue
		}
		place, err := l.place(ctx, network.Self, network.Name)
		if err != nil {
			return err
		}
		inv.Networks = append(inv.Networks, place)
	}
	return nil
}

// uplink goes by vCenter's tag, and by its default name where the tag is missing,
// as in the simulator.
func uplink(n mo.Network) bool {
	for _, tag := range n.Tag {
		if tag.Key == "SYSTEM/DVS.UPLINKPG" {
			return true
		}
	}
	return strings.Contains(n.Name, "-DVUplinks-")
}

// place has the name as people know it and the path as vSphere stores it.
func (l *login) place(ctx context.Context, ref types.ManagedObjectReference, name string) (hypervisor.Place, error) {
	path, err := find.InventoryPath(ctx, l.read, ref)
	if err != nil {
		return hypervisor.Place{}, fmt.Errorf("read path of %s: %w", name, err)
	}
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	return hypervisor.Place{Path: path, Name: name}, nil
}
