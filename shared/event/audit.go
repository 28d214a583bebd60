package event

import (
	"time"

	"github.com/google/uuid"
)

// AuditExported records that a bundle lies in object storage, locked.
type AuditExported struct {
	ObjectKey   string    `json:"object_key"`   // where in the bucket
	SHA256      string    `json:"sha256"`       // of the bundle, hexadecimal
	Bytes       int64     `json:"bytes"`        // size of the bundle
	Facts       int64     `json:"facts"`        // how many it holds
	LockedUntil time.Time `json:"locked_until"` // nobody can delete it before
}

// AuditDownloaded records that somebody was given a link to a bundle.
type AuditDownloaded struct {
	By        uuid.UUID `json:"by"`         // person id
	ExpiresAt time.Time `json:"expires_at"` // when the link stops working
}

// EventType names the fact.
func (AuditExported) EventType() Type { return "io.dcm.audit.exported.v1" }

// EventType names the fact.
func (AuditDownloaded) EventType() Type { return "io.dcm.audit.downloaded.v1" }

func (AuditExported) fact()   {}
func (AuditDownloaded) fact() {}
