package hypervisor

import "dcm.io/functions/provision/internal/placement"

// Inventory is what a connection offers. Every Path is complete and can be used
// in a placement.Site or placement.Order as it stands.
type Inventory struct {
	Product       string     `json:"product"` // name and version, for people
	Folders       []Place    `json:"folders"` // where tenant folders can be created
	ResourcePools []Place    `json:"resource_pools"`
	Datastores    []Store    `json:"datastores"`
	Networks      []Place    `json:"networks"`
	Templates     []Template `json:"templates"`
}

// Place is something with a name and an inventory path.
type Place struct {
	Path string `json:"path"`
	Name string `json:"name"`
}

// Store is a datastore.
type Store struct {
	Place
	FreeGiB int64 `json:"free_gib"`
}

// Template is a machine to clone from.
type Template struct {
	Place
	OS      placement.OS `json:"os"`
	Guest   string       `json:"guest"` // the hypervisor's description
	VCPU    int          `json:"vcpu"`
	RAMGiB  int          `json:"ram_gib"`
	DiskGiB int          `json:"disk_gib"` // of the first disk, rounded up
}
