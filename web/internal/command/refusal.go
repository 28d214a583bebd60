package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"dcm.io/shared/fault"
)

// A Refusal is a function's "no", in its own words: they are for the person.
type Refusal struct {
	Problem    fault.Problem
	RetryAfter string
}

// Error is what the function said.
func (r *Refusal) Error() string {
	return fmt.Sprintf("the function refused (%d %s): %s", r.Problem.Status, r.Problem.Code, r.Problem.Detail)
}

// refusalOf reads a function's problem. Whatever is no problem document comes
// from something between here and the function: then it was not reached.
func refusalOf(resp *http.Response, body []byte) error {
	p := Refusal{RetryAfter: resp.Header.Get("Retry-After")}
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if resp.StatusCode < http.StatusBadRequest || kind != "application/problem+json" || json.Unmarshal(body, &p.Problem) != nil {
		return ErrUnreachable.Because(fmt.Errorf("answered %s", resp.Status))
	}
	p.Problem.Status = resp.StatusCode
	return &p
}

// faultOf is what a trace says of a refusal, which is in the function's words.
func faultOf(err error) error {
	var r *Refusal
	if !errors.As(err, &r) {
		return err
	}
	return fault.New(kinds[r.Problem.Status], r.Problem.Code, "")
}

// kinds of refusals by their status; another is internal.
var kinds = map[int]fault.Kind{
	http.StatusUnauthorized: fault.Anonymous, http.StatusForbidden: fault.Denied, http.StatusNotFound: fault.Missing,
	http.StatusConflict: fault.Conflict, http.StatusUnprocessableEntity: fault.Invalid, http.StatusServiceUnavailable: fault.Transient,
}
