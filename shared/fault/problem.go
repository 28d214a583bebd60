package fault

import (
	"encoding/json"
	"errors"
	"net/http"
)

// A Problem is what a person's client is told, by RFC 9457.
type Problem struct {
	Type     string  `json:"type"` // urn:dcm:problem:<code>
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // trace id, to find the log lines
	Code     string  `json:"code"`
	Errors   []Field `json:"errors,omitempty"`
}

// ProblemOf says what a person may know of err: its message if it has a kind,
// otherwise nothing but that it was ours.
func ProblemOf(err error, instance string) Problem {
	var e *Error
	if !errors.As(err, &e) || e.Kind == Internal {
		e = &Error{Code: "internal", Message: "Something went wrong on our side. It has been logged."}
	}
	status := personStatus[e.Kind]
	return Problem{
		Type: "urn:dcm:problem:" + e.Code, Title: http.StatusText(status), Status: status,
		Detail: e.Message, Instance: instance, Code: e.Code, Errors: e.Fields,
	}
}

// WriteProblem answers with err as application/problem+json.
func WriteProblem(w http.ResponseWriter, err error, instance string) {
	p := ProblemOf(err, instance)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone; nobody is left to tell
}

// BrokerStatus is the status that makes a Knative broker do the right thing.
func BrokerStatus(err error) int { return brokerStatus[KindOf(err)] }

var personStatus = map[Kind]int{
	Internal: 500, Invalid: 422, Denied: 403, Anonymous: 401, Missing: 404,
	Conflict: 409, Transient: 503, TooLarge: 413, Unsupported: 415,
}

var brokerStatus = map[Kind]int{
	Internal: 500, Invalid: 422, Denied: 403, Anonymous: 401, Missing: 422,
	Conflict: 409, Transient: 503, TooLarge: 413, Unsupported: 415,
}
