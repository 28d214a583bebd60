package authz

import "dcm.io/shared/fault"

// The refusals. ErrOwnRequest means that somebody else with the caller's roles
// could do it, but not the caller: it is their own.
var (
	ErrNotAllowed = fault.New(fault.Denied, "not_allowed", "You are not allowed to do this.")
	ErrOwnRequest = fault.New(fault.Denied, "own_request", "You cannot decide on your own request. Another approver has to.")
)

// Allowed reports whether somebody with these roles may do a. Roles it does not
// know give nothing.
func Allowed(roles []string, a Action, r Relation) bool {
	held := setOf(roles)
	row := table[a]
	switch r {
	case Self:
		return held&row.self != 0
	case Other:
		return held&row.other != 0
	default:
		return false
	}
}

// Check is Allowed as an error: nil, ErrOwnRequest or ErrNotAllowed.
func Check(roles []string, a Action, r Relation) error {
	switch {
	case Allowed(roles, a, r):
		return nil
	case r == Self && Allowed(roles, a, Other):
		return ErrOwnRequest
	default:
		return ErrNotAllowed
	}
}
