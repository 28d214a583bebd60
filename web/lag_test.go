package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/telemetry/metric"
)

// A lagFunc is a laggard.
type lagFunc func() (pglog.Lag, error)

func (f lagFunc) Lag(context.Context) (pglog.Lag, error) { return f() }

// TestLag: one look at the metrics asks the database once, and what it does not
// tell is not made up.
func TestLag(t *testing.T) {
	t.Parallel()
	now, asked := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), 0
	var away error
	var r metric.Registry
	watchTrees(&r, newLag(lagFunc(func() (pglog.Lag, error) {
		asked++
		return pglog.Lag{Unsequenced: 7, Oldest: 90 * time.Second, Newest: 2 * time.Minute, Moved: 1}, away
	}), func() time.Time { return now }))
	look := func() string {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		return w.Body.String()
	}
	said := look()
	for _, line := range []string{"dcm_facts_unsequenced 7\n", "dcm_checkpoint_lag_seconds 90\n", "dcm_checkpoint_age_seconds 120\n", "dcm_trees_moved 1\n"} {
		if !strings.Contains(said, line) {
			t.Errorf("%q is not in\n%s", line, said)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times at one moment", asked)
	}
	now, away = now.Add(freshFor), errors.New("away")
	for line := range bytes.Lines([]byte(look())) {
		if !bytes.HasPrefix(line, []byte("#")) {
			t.Errorf("the log does not tell, and we say %s", line)
		}
	}
}
