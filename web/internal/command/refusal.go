package command

import (
	"encoding/json"
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
