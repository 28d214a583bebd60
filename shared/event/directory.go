package event

import "github.com/google/uuid"

// PersonIntroduced records who a person is, as their identity provider says:
// at the first visit, and when it has changed. Its stream is the person.
type PersonIntroduced struct {
	Person  uuid.UUID `json:"person"`  // person id
	Profile Sealed    `json:"profile"` // a Profile in JSON
	Locale  string    `json:"locale"`  // de or en
	Roles   []string  `json:"roles"`   // as in the token
}

// A Profile is what a sealed profile holds.
type Profile struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// TenantRegistered records that a tenant was created. Its stream is the tenant.
type TenantRegistered struct {
	Slug   string `json:"slug"`   // short name, in addresses and folder names
	Name   string `json:"name"`   // of the organisation
	Locale string `json:"locale"` // de or en: for people who have not chosen
}

// EventType names the fact.
func (PersonIntroduced) EventType() Type { return "io.dcm.person.introduced.v1" }

// EventType names the fact.
func (TenantRegistered) EventType() Type { return "io.dcm.tenant.registered.v1" }

func (PersonIntroduced) fact() {}
func (TenantRegistered) fact() {}
