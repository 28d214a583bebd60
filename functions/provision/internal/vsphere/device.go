package vsphere

import (
	"slices"

	"github.com/vmware/govmomi/vim25/types"
)

// firstDisk and firstCard go by key: vCenter lists devices in the order of their
// last change.
func firstDisk(devices []types.BaseVirtualDevice) *types.VirtualDisk {
	disks := ofType[*types.VirtualDisk](devices)
	if len(disks) == 0 {
		return nil
	}
	return disks[0]
}

func firstCard(devices []types.BaseVirtualDevice) types.BaseVirtualEthernetCard {
	cards := cards(devices)
	if len(cards) == 0 {
		return nil
	}
	return cards[0]
}

func cards(devices []types.BaseVirtualDevice) []types.BaseVirtualEthernetCard {
	return ofType[types.BaseVirtualEthernetCard](devices)
}

func ofType[T any](devices []types.BaseVirtualDevice) []T {
	sorted := slices.SortedFunc(slices.Values(devices), func(a, b types.BaseVirtualDevice) int {
		return int(a.GetVirtualDevice().Key - b.GetVirtualDevice().Key)
	})
	var found []T
	for _, device := range sorted {
		if t, ok := device.(T); ok {
			found = append(found, t)
		}
	}
	return found
}

func capacity(disk *types.VirtualDisk) int64 {
	return max(disk.CapacityInBytes, disk.CapacityInKB<<10)
}

// gib rounds up.
func gib(bytes int64) int { return int((bytes + 1<<30 - 1) >> 30) }
