// Package person keeps the directory in step with what access tokens say about
// people: who comes for the first time, or has changed, is introduced.
package person

import (
	"slices"

	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/vault"
)

// A description is who somebody is, in the clear.
type description struct {
	event.Profile
	Locale string
	Roles  []string // DCM's, sorted
}

// roles are those that mean something to DCM; issuers add others of their own.
var roles = []string{"approver", "auditor", "project_admin", "super_admin", "tenant_admin", "user"}

// known keeps the roles that DCM knows, sorted and each once.
func known(held []string) []string {
	out := make([]string, 0, len(held))
	for _, r := range roles {
		if slices.Contains(held, r) {
			out = append(out, r)
		}
	}
	return out
}

// differs reports whether the directory has to be told.
func (d description) differs(from description) bool {
	return d.Profile != from.Profile || d.Locale != from.Locale || !slices.Equal(d.Roles, from.Roles)
}

// state is what has been recorded of a person.
type state struct {
	introductions int64
	erased        bool
}

// introduce asks to record a fact, if nobody has introduced the person since
// the directory was looked at.
type introduce struct {
	fact event.PersonIntroduced
	seen int64 // introductions at that time
}

var decision = decider.Decider[state, introduce]{
	Evolve: func(s state, e event.Envelope) state {
		switch e.Fact.(type) {
		case event.PersonIntroduced:
			s.introductions++
		case event.PersonErased, event.ErasureRepeated:
			s.erased = true
		}
		return s
	},
	Decide: func(s state, c introduce) (decider.Outcome, error) {
		if s.erased {
			return decider.Outcome{}, vault.ErrErased
		}
		if s.introductions != c.seen {
			return decider.Outcome{}, nil
		}
		return decider.Facts(c.fact), nil
	},
}
