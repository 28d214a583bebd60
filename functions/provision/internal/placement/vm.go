package placement

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// OS is the family of the guest; it decides how the guest is customized.
type OS string

// A template of any other system is not taken.
const (
	Linux   OS = "linux"
	Windows OS = "windows"
)

// VM is everything a hypervisor must know to make one machine. It is recorded
// with the request and never recomputed, so it holds plain values only.
type VM struct {
	RequestID    uuid.UUID `json:"request_id"`
	TenantID     uuid.UUID `json:"tenant_id"`
	Name         string    `json:"name"`     // in the inventory, unique in Folder
	Hostname     string    `json:"hostname"` // in the guest
	Domain       string    `json:"domain"`
	InstanceUUID uuid.UUID `json:"instance_uuid"`
	Folder       string    `json:"folder"`
	ResourcePool string    `json:"resource_pool"`
	Datastore    string    `json:"datastore,omitempty"` // empty: the template's own
	TemplatePath string    `json:"template_path"`
	NetworkPath  string    `json:"network_path,omitempty"` // empty: the template's own
	OS           OS        `json:"os"`
	VCPU         int       `json:"vcpu"`
	RAMGiB       int       `json:"ram_gib"`
	DiskGiB      int       `json:"disk_gib"`
	Address      *Address  `json:"address,omitempty"` // nil: DHCP
}

// Order is what was asked for.
type Order struct {
	RequestID, TenantID uuid.UUID
	Tenant              string // slug
	Name                string // as the person wrote it
	Template, Network   string // inventory paths
	OS                  OS
	VCPU                int
	RAMGiB              int
	DiskGiB             int
}

// Site is where a tenant's machines go on one connection.
type Site struct {
	Folder       string // base folder; each tenant gets one below it
	ResourcePool string
	Datastore    string
	Domain       string // default "internal"
}

// instances is the namespace of the instance UUIDs. Changing it would orphan
// every machine being made at that moment.
var instances = uuid.NewSHA1(uuid.NameSpaceDNS, []byte("instance.dcm.io"))

// Specify turns an order into the machine to make.
func Specify(o Order, s Site) (VM, error) {
	if err := CheckName(o.Name); err != nil {
		return VM{}, err
	}
	if err := check(o, s); err != nil {
		return VM{}, err
	}
	instance := uuid.NewSHA1(instances, []byte(o.RequestID.String()))
	name := inventoryName(o.Name, instance)
	domain := s.Domain
	if domain == "" {
		domain = "internal"
	}
	return VM{
		RequestID:    o.RequestID,
		TenantID:     o.TenantID,
		Name:         name,
		Hostname:     hostname(name, o.OS, instance),
		Domain:       domain,
		InstanceUUID: instance,
		Folder:       strings.TrimRight(s.Folder, "/") + "/" + Segment(o.Tenant),
		ResourcePool: s.ResourcePool,
		Datastore:    s.Datastore,
		TemplatePath: o.Template,
		NetworkPath:  o.Network,
		OS:           o.OS,
		VCPU:         o.VCPU,
		RAMGiB:       o.RAMGiB,
		DiskGiB:      o.DiskGiB,
	}, nil
}

func check(o Order, s Site) error {
	switch {
	case o.RequestID == uuid.Nil || o.TenantID == uuid.Nil:
		return fmt.Errorf("order names no request or no tenant")
	case o.OS != Linux && o.OS != Windows:
		return fmt.Errorf("unknown operating system %q", o.OS)
	case o.VCPU < 1 || o.RAMGiB < 1 || o.DiskGiB < 1:
		return fmt.Errorf("size %d vCPU, %d GiB RAM, %d GiB disk is not a machine", o.VCPU, o.RAMGiB, o.DiskGiB)
	case o.Tenant == "" || o.Template == "":
		return fmt.Errorf("order names no tenant folder or no template")
	case s.Folder == "" || s.ResourcePool == "":
		return fmt.Errorf("site names no folder or no resource pool")
	}
	return nil
}
