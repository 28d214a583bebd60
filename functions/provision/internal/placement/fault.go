package placement

// Code names a cause for people and dashboards; the text beside it may change,
// the code does not.
type Code string

// Causes that pass by themselves.
const (
	Unreachable Code = "unreachable" // no answer, or half of one
	Session     Code = "session"     // logged out again and again
	Busy        Code = "busy"        // somebody else is working on the same thing
	Interrupted Code = "interrupted" // we were told to stop
	Internal    Code = "internal"    // nobody knows yet
	PoweredOff  Code = "powered_off" // started, and found off again
)

// Causes that somebody must remove.
const (
	CredentialsRefused    Code = "credentials_refused"
	CertificateUntrusted  Code = "certificate_untrusted"
	NotVCenter            Code = "not_vcenter"
	NoPermission          Code = "no_permission"
	InsufficientResources Code = "insufficient_resources"
	TemplateMissing       Code = "template_missing"
	TemplateUnusable      Code = "template_unusable"
	NetworkMissing        Code = "network_missing"
	DatastoreMissing      Code = "datastore_missing"
	ResourcePoolMissing   Code = "resource_pool_missing"
	FolderMissing         Code = "folder_missing"
	InvalidName           Code = "invalid_name"
	DiskTooSmall          Code = "disk_too_small"
	ForeignVM             Code = "foreign_vm"
	DuplicateUUID         Code = "incident_duplicate_uuid"
	CustomizationFailed   Code = "customization_failed"
	HardwareMismatch      Code = "hardware_mismatch"
	Refused               Code = "refused"
)

// Fault is why something did not work.
type Fault struct {
	Code      Code   `json:"code"`
	Detail    string `json:"detail"`
	Transient bool   `json:"transient"` // trying again later may help
}
