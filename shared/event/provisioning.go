package event

import "github.com/google/uuid"

// ProvisioningStarted records the intent to build a machine, before anything is
// asked of the hypervisor: under this name and identity it will be found again.
type ProvisioningStarted struct {
	VM           uuid.UUID `json:"vm"`                     // the machine's id in DCM
	Connection   uuid.UUID `json:"connection"`             // where it is built
	VMName       string    `json:"vm_name"`                // its name on the hypervisor
	Hostname     string    `json:"hostname"`               // its name in the guest
	Domain       string    `json:"domain"`                 // of the guest's full name
	InstanceUUID uuid.UUID `json:"instance_uuid"`          // its identity on the hypervisor
	Folder       string    `json:"folder"`                 // inventory path
	ResourcePool string    `json:"resource_pool"`          // inventory path
	Datastore    string    `json:"datastore,omitempty"`    // inventory path; empty for the template's own
	TemplatePath string    `json:"template_path"`          // inventory path
	NetworkPath  string    `json:"network_path,omitempty"` // inventory path; empty for the template's own
}

// ProvisioningAdvanced records that a step was started, and the hypervisor's
// reference to the task, so that any process can take it up again.
type ProvisioningAdvanced struct {
	Step string `json:"step"`           // clone, customize, reconfigure, power_on, address
	Task string `json:"task,omitempty"` // the hypervisor's reference, if the step is a task
}

// ProvisioningStalled records that the hypervisor cannot be used for now.
type ProvisioningStalled struct {
	Step   string `json:"step"`   // at which it happened
	Code   string `json:"code"`   // e.g. unreachable
	Detail string `json:"detail"` // for the administrator
}

// ProvisioningSucceeded records that the machine runs and has an address.
type ProvisioningSucceeded struct {
	VM           uuid.UUID `json:"vm"`            // the machine's id in DCM
	VMName       string    `json:"vm_name"`       // its name on the hypervisor
	Hostname     string    `json:"hostname"`      // its name in the guest
	Address      string    `json:"address"`       // IP address
	Ref          string    `json:"ref"`           // the hypervisor's reference to the machine
	InstanceUUID uuid.UUID `json:"instance_uuid"` // its identity on the hypervisor
}

// ProvisioningAbandoned records that the build is given up, before what is half
// made is removed.
type ProvisioningAbandoned struct {
	Step      string `json:"step"`      // at which it happened
	Code      string `json:"code"`      // e.g. insufficient_resources
	Detail    string `json:"detail"`    // for the administrator
	Retryable bool   `json:"retryable"` // whether trying again can help
}

// ProvisioningFailed records that the machine could not be built.
type ProvisioningFailed struct {
	Step       string `json:"step"`        // at which it happened
	Code       string `json:"code"`        // e.g. insufficient_resources
	Detail     string `json:"detail"`      // for the administrator
	Retryable  bool   `json:"retryable"`   // whether trying again can help
	RolledBack bool   `json:"rolled_back"` // whether a half-made machine was removed
}

// ConnectionConfigured records that a tenant's hypervisor connection was tested
// and saved. Its credentials are not in the log. Its stream is the connection.
type ConnectionConfigured struct {
	Kind         string     `json:"kind"`          // vsphere
	Name         string     `json:"name"`          // for people
	URL          string     `json:"url"`           // of its API
	Thumbprint   string     `json:"thumbprint"`    // SHA-256 of the server's certificate
	Datacenter   string     `json:"datacenter"`    // path in the inventory
	ResourcePool string     `json:"resource_pool"` // path in the inventory
	Datastore    string     `json:"datastore"`     // path in the inventory
	Folder       string     `json:"folder"`        // path in the inventory, above the tenant's own
	Templates    []Template `json:"templates"`     // what may be cloned
	Networks     []Network  `json:"networks"`      // what may be attached to
}

// A Template is an image that machines are cloned from.
type Template struct {
	Key  string `json:"key"`  // short, in requests
	Name string `json:"name"` // for people
	OS   string `json:"os"`   // linux or windows
	Path string `json:"path"` // in the hypervisor's inventory
}

// A Network is where machines are attached.
type Network struct {
	Key  string `json:"key"`  // short, in requests
	Name string `json:"name"` // for people
	Path string `json:"path"` // in the hypervisor's inventory
}

// EventType names the fact.
func (ProvisioningStarted) EventType() Type { return "io.dcm.provisioning.started.v1" }

// EventType names the fact.
func (ProvisioningAdvanced) EventType() Type { return "io.dcm.provisioning.advanced.v1" }

// EventType names the fact.
func (ProvisioningStalled) EventType() Type { return "io.dcm.provisioning.stalled.v1" }

// EventType names the fact.
func (ProvisioningSucceeded) EventType() Type { return "io.dcm.provisioning.succeeded.v1" }

// EventType names the fact.
func (ProvisioningAbandoned) EventType() Type { return "io.dcm.provisioning.abandoned.v1" }

// EventType names the fact.
func (ProvisioningFailed) EventType() Type { return "io.dcm.provisioning.failed.v1" }

// EventType names the fact.
func (ConnectionConfigured) EventType() Type { return "io.dcm.connection.configured.v1" }

func (ProvisioningStarted) fact()   {}
func (ProvisioningAdvanced) fact()  {}
func (ProvisioningStalled) fact()   {}
func (ProvisioningSucceeded) fact() {}
func (ProvisioningAbandoned) fact() {}
func (ProvisioningFailed) fact()    {}
func (ConnectionConfigured) fact()  {}
