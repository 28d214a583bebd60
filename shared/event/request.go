package event

import (
	"time"

	"github.com/google/uuid"
)

// RequestSubmitted records that somebody asked for a virtual machine. Its
// stream is the request; everything that happens to the request follows in it.
type RequestSubmitted struct {
	Requester     uuid.UUID `json:"requester"`         // person id
	Project       string    `json:"project"`           // short name of the project
	Name          string    `json:"name"`              // wanted name of the machine
	Template      string    `json:"template"`          // key of the template, e.g. ubuntu-24.04
	OS            string    `json:"os"`                // linux or windows
	Size          string    `json:"size"`              // key of the size, e.g. M
	VCPU          int       `json:"vcpu"`              // virtual CPUs
	RAMGiB        int       `json:"ram_gib"`           // memory, GiB
	DiskGiB       int       `json:"disk_gib"`          // system disk, GiB
	Network       string    `json:"network"`           // key of the network
	LeaseDays     int       `json:"lease_days"`        // days from readiness
	MonthlyCents  int64     `json:"monthly_cents"`     // estimated cost per month
	Currency      string    `json:"currency"`          // ISO 4217
	Connection    uuid.UUID `json:"connection"`        // hypervisor connection
	Justification Sealed    `json:"justification"`     // in the requester's words
	Replaces      uuid.UUID `json:"replaces,omitzero"` // the refused request this one resubmits
}

// RequestWithdrawn records that the requester took the request back.
type RequestWithdrawn struct {
	By uuid.UUID `json:"by"` // person id
}

// RequestRetried records that somebody asked to try a failed build again.
type RequestRetried struct {
	By uuid.UUID `json:"by"` // person id
}

// AuditRequested records that somebody asked for a bundle of the tenant's log.
// Its stream is the bundle.
type AuditRequested struct {
	By   uuid.UUID `json:"by"`   // person id
	From time.Time `json:"from"` // first moment, inclusive
	To   time.Time `json:"to"`   // last moment, exclusive
}

// AccessDenied records that somebody was refused an action.
type AccessDenied struct {
	Action   string    `json:"action"`            // e.g. request.decide
	Resource uuid.UUID `json:"resource,omitzero"` // what it was tried on
	Reason   string    `json:"reason"`            // code of the rule that refused
	Function string    `json:"function"`          // who refused
}

// EventType names the fact.
func (RequestSubmitted) EventType() Type { return "io.dcm.request.submitted.v1" }

// EventType names the fact.
func (RequestWithdrawn) EventType() Type { return "io.dcm.request.withdrawn.v1" }

// EventType names the fact.
func (RequestRetried) EventType() Type { return "io.dcm.request.retried.v1" }

// EventType names the fact.
func (AuditRequested) EventType() Type { return "io.dcm.audit.requested.v1" }

// EventType names the fact.
func (AccessDenied) EventType() Type { return "io.dcm.access.denied.v1" }

func (RequestSubmitted) fact() {}
func (RequestWithdrawn) fact() {}
func (RequestRetried) fact()   {}
func (AuditRequested) fact()   {}
func (AccessDenied) fact()     {}
