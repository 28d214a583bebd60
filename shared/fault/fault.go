// Package fault sorts failures by what can be done about them. A kind is given
// only where somebody acts on it; what has no kind is internal.
//
//	kind       to the broker              to a person
//	Invalid    422, dead letter           422 with the fields at fault
//	Denied     403, dead letter           403
//	Anonymous  401, dead letter           401
//	Missing    422, dead letter           404
//	Conflict   409, delivered again       409, reload and try again
//	Transient  503, delivered again       503, with Retry-After
//	TooLarge   413, dead letter           413
//	Unsupported 415, dead letter          415
//	(none)     500, delivered again       500, "internal error"
//
// The broker never hears 404: Knative would deliver again for ever.
package fault

import "errors"

// A Kind is what can be done about a failure.
type Kind int

// The kinds; the zero Kind is an internal failure.
const (
	Internal Kind = iota
	Invalid
	Denied
	Anonymous
	Missing
	Conflict
	Transient
	TooLarge
	Unsupported
)

// A Field says what is wrong with one field of the input.
type Field struct {
	Field  string `json:"field"`  // path in the input, e.g. lease_days
	Code   string `json:"code"`   // for programs and translations, e.g. out_of_range
	Detail string `json:"detail"` // for people, in English
}

// An Error is a failure of a kind, with a code for programs and a message for
// people. The cause is for operators and never leaves the process.
type Error struct {
	Kind    Kind
	Code    string // e.g. own_request
	Message string
	Fields  []Field
	cause   error
}

// New makes an error of a kind.
func New(k Kind, code, message string) *Error {
	return &Error{Kind: k, Code: code, Message: message}
}

// Error is the message, and the cause behind it if there is one.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Message + ": " + e.cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare by kind and code, so that a cause or fields added
// on the way do not matter.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// Because returns a copy of e with a cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// With returns a copy of e with the fields at fault.
func (e *Error) With(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// KindOf tells the kind of an error; Internal if nobody gave it one.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
