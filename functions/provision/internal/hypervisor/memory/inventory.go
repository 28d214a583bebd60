package memory

import (
	"fmt"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

func inventory() hypervisor.Inventory {
	place := func(path, name string) hypervisor.Place { return hypervisor.Place{Path: path + name, Name: name} }
	return hypervisor.Inventory{
		Product:       "memory",
		Folders:       []hypervisor.Place{place("/dc/", "vm")},
		ResourcePools: []hypervisor.Place{place("/dc/host/", "pool")},
		Datastores:    []hypervisor.Store{{Place: place("/dc/datastore/", "store"), FreeGiB: 1000}},
		Networks:      []hypervisor.Place{place("/dc/network/", "lan")},
		Templates: []hypervisor.Template{
			{Place: place("/dc/vm/", "linux"), OS: placement.Linux, Guest: "Linux", VCPU: 1, RAMGiB: 1, DiskGiB: 10},
			{Place: place("/dc/vm/", "windows"), OS: placement.Windows, Guest: "Windows", VCPU: 1, RAMGiB: 1, DiskGiB: 10},
		},
	}
}

// buildable refuses what Clone must refuse before it makes anything.
func (h *Hypervisor) buildable(vm placement.VM) error {
	var template *hypervisor.Template
	for i, t := range h.inventory.Templates {
		if t.Path == vm.TemplatePath {
			template = &h.inventory.Templates[i]
		}
	}
	switch {
	case template == nil:
		return hypervisor.Permanent(placement.TemplateMissing, fmt.Sprintf("template %s does not exist", vm.TemplatePath), nil)
	case vm.NetworkPath != "" && vm.NetworkPath != h.inventory.Networks[0].Path:
		return hypervisor.Permanent(placement.NetworkMissing, fmt.Sprintf("network %s does not exist", vm.NetworkPath), nil)
	case vm.DiskGiB < template.DiskGiB:
		return hypervisor.Permanent(placement.DiskTooSmall, fmt.Sprintf("the template needs a disk of %d GiB", template.DiskGiB), nil)
	}
	return nil
}
