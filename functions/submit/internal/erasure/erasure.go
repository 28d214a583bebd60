// Package erasure decides whether a person may be erased: whose key is destroyed,
// so that nobody can read any more what is recorded about them.
package erasure

import (
	"slices"

	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A State is what has been recorded of a person.
type State struct{ known, erased bool }

// An Erase is an administrator's command.
type Erase struct {
	Person uuid.UUID
	By     uuid.UUID
	Roles  []string // of the administrator
	Reason string
	Open   []Request // that the person has made and that are not finished
}

// A Request that is in the way.
type Request struct {
	ID   uuid.UUID
	Name string
}

// reasons why somebody may be erased. They are codes: a free text would say who
// it was about, and stay.
var reasons = []string{
	"asked",    // the person has asked for it
	"left",     // the data is not needed any more
	"unlawful", // it should never have been kept
}

// Refusals.
var (
	ErrUnknown = fault.New(fault.Missing, "not_found", "There is no such person.")
	ErrSelf    = fault.New(fault.Denied, "own_erasure", "You cannot erase yourself. Another administrator has to.")
	ErrReason  = fault.New(fault.Invalid, "invalid_reason", "Say why.").
			With(fault.Field{Field: "reason", Code: "unknown_reason", Detail: "One of asked, left and unlawful."})
	ErrOpen = fault.New(fault.Conflict, "open_requests", "The person has requests that are not finished. Decide them, or wait for their machines, first.")
)

// Decider is the decision, on the stream of the person.
var Decider = decider.Decider[State, Erase]{Evolve: Evolve, Decide: Decide}

// Evolve folds a fact into the state.
func Evolve(s State, e event.Envelope) State {
	switch e.Fact.(type) {
	case event.PersonIntroduced:
		s.known = true
	case event.PersonErased, event.ErasureRepeated:
		s.known, s.erased = true, true
	}
	return s
}

// Decide says what the command adds. Who is erased stays so, and the key is
// destroyed all the same: a restore may have brought it back.
func Decide(s State, c Erase) (decider.Outcome, error) {
	if err := authz.Check(c.Roles, authz.PersonErase, authz.Other); err != nil {
		return decider.Outcome{}, err
	}
	switch {
	case c.Person == c.By:
		return decider.Outcome{}, ErrSelf
	case !slices.Contains(reasons, c.Reason):
		return decider.Outcome{}, ErrReason
	case !s.known:
		return decider.Outcome{}, ErrUnknown
	case s.erased:
		return decider.Outcome{Destroys: c.Person}, nil
	case len(c.Open) > 0:
		return decider.Outcome{}, ErrOpen.With(inTheWay(c.Open)...)
	}
	return decider.Outcome{Destroys: c.Person, Facts: []event.Fact{event.PersonErased{Person: c.Person, By: c.By, Reason: c.Reason}}}, nil
}

func inTheWay(open []Request) []fault.Field {
	fields := make([]fault.Field, len(open))
	for i, r := range open {
		fields[i] = fault.Field{Field: "requests/" + r.ID.String(), Code: "open_request", Detail: r.Name}
	}
	return fields
}
