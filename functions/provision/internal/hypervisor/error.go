package hypervisor

import (
	"context"
	"errors"
	"fmt"

	"dcm.io/functions/provision/internal/placement"
)

// Error is what a Hypervisor returns: the fault for people and for the decision
// what to do, and the cause for operators.
type Error struct {
	placement.Fault
	Err error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s: %s", e.Code, e.Detail)
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Transient is an error that may be gone at the next attempt.
func Transient(code placement.Code, detail string, cause error) *Error {
	return &Error{placement.Fault{Code: code, Detail: detail, Transient: true}, cause}
}

// Permanent is an error that stays until somebody changes something.
func Permanent(code placement.Code, detail string, cause error) *Error {
	return &Error{placement.Fault{Code: code, Detail: detail}, cause}
}

// FaultOf is the fault in err. An error nobody has classified is transient: the
// outer time limit ends it, and its text is not shown to people.
func FaultOf(err error) placement.Fault {
	var known *Error
	switch {
	case errors.As(err, &known):
		return known.Fault
	case errors.Is(err, context.Canceled):
		return placement.Fault{Code: placement.Interrupted, Detail: "interrupted", Transient: true}
	}
	return placement.Fault{Code: placement.Internal, Detail: "internal error", Transient: true}
}
