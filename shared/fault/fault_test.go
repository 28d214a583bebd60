package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"dcm.io/shared/fault"
)

// TestStatus is the table of the package comment.
func TestStatus(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err    error
		broker int
		person int
		header string // that a person's client is given
	}{
		"Invalid":     {err: fault.New(fault.Invalid, "c", "m"), broker: 422, person: 422},
		"Denied":      {err: fault.New(fault.Denied, "c", "m"), broker: 403, person: 403},
		"Anonymous":   {err: fault.New(fault.Anonymous, "c", "m"), broker: 401, person: 401, header: "WWW-Authenticate"},
		"Missing":     {err: fault.New(fault.Missing, "c", "m"), broker: 422, person: 404},
		"Conflict":    {err: fault.New(fault.Conflict, "c", "m"), broker: 409, person: 409},
		"Transient":   {err: fault.New(fault.Transient, "c", "m"), broker: 503, person: 503, header: "Retry-After"},
		"TooLarge":    {err: fault.New(fault.TooLarge, "c", "m"), broker: 413, person: 413},
		"Unsupported": {err: fault.New(fault.Unsupported, "c", "m"), broker: 415, person: 415},
		"Plain":       {err: errors.New("password=hunter2"), broker: 500, person: 500},
		"Wrapped":     {err: fmt.Errorf("open: %w", fault.New(fault.Denied, "c", "m")), broker: 403, person: 403},
		"Caused":      {err: fault.New(fault.Denied, "c", "m").Because(errors.New("password=hunter2")), broker: 403, person: 403},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fault.BrokerStatus(tc.err); got != tc.broker {
				t.Errorf("to the broker %d, want %d", got, tc.broker)
			}
			w := httptest.NewRecorder()
			fault.WriteProblem(w, tc.err, "trace")
			var p fault.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if w.Code != tc.person || p.Status != tc.person || p.Instance != "trace" || p.Type != "urn:dcm:problem:"+p.Code {
				t.Errorf("to a person %d %+v, want %d", w.Code, p, tc.person)
			}
			if tc.header != "" && w.Header().Get(tc.header) == "" {
				t.Errorf("no header %s", tc.header)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("%s: the cause is for operators", w.Body)
			}
		})
	}
}

func TestCopies(t *testing.T) {
	t.Parallel()
	original := fault.New(fault.Invalid, "bad", "It is bad.")
	cause := errors.New("why")
	changed := original.With(fault.Field{Field: "a"}).With(fault.Field{Field: "b"}).Because(cause)
	if len(original.Fields) != 0 || original.Error() != "It is bad." {
		t.Errorf("the original is now %+v", original)
	}
	if len(changed.Fields) != 2 || !errors.Is(changed, original) || !errors.Is(changed, cause) || changed.Error() != "It is bad.: why" {
		t.Errorf("the copy is %+v", changed)
	}
	if errors.Is(changed, fault.New(fault.Invalid, "other", "")) || errors.Is(changed, fault.New(fault.Denied, "bad", "")) {
		t.Error("another kind or code is another fault")
	}
}
