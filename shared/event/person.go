package event

import "github.com/google/uuid"

// PersonErased records that the key of a person was destroyed, in the same
// transaction: nobody can read any more what was sealed with it. Its stream is
// the person.
type PersonErased struct {
	Person uuid.UUID `json:"person"` // person id
	By     uuid.UUID `json:"by"`     // person id of the administrator
	Reason string    `json:"reason"` // code: asked, left or unlawful; no free text, which would name them
}

// ErasureRepeated records that a person was erased again, because a backup that
// was restored did not know of it. Its stream is the person.
type ErasureRepeated struct {
	Person uuid.UUID `json:"person"` // person id
}

// PersonExported records that somebody was given everything DCM knows about a
// person. Its stream is the person.
type PersonExported struct {
	Person uuid.UUID `json:"person"` // person id
	By     uuid.UUID `json:"by"`     // person id; the same if they asked for their own
	Format string    `json:"format"` // json or html
}

// EventType names the fact.
func (PersonErased) EventType() Type { return "io.dcm.person.erased.v1" }

// EventType names the fact.
func (ErasureRepeated) EventType() Type { return "io.dcm.erasure.repeated.v1" }

// EventType names the fact.
func (PersonExported) EventType() Type { return "io.dcm.person.exported.v1" }

func (PersonErased) fact()    {}
func (ErasureRepeated) fact() {}
func (PersonExported) fact()  {}
