package function_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

// TestMetrics: what a function did is told by type and outcome, and nothing of
// whom it was for.
func TestMetrics(t *testing.T) {
	t.Parallel()
	b := setup(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	b.config.Sink = gone.URL
	recording := b.onFact
	failures := []error{errAway, errNever, nil}
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		err := failures[0]
		failures = failures[1:]
		if err != nil {
			return nil, err
		}
		return recording(ctx, in, w)
	}
	h := b.handler(t)
	for range 3 { // given back, given up, done
		serve(h, doorbell(b.submitted(t)))
	}
	serve(h, decide("anna", "{}"))
	serve(h, decide("", "{}"))
	serve(h, ping())
	w := serve(h, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	const fact = `function="approve",kind="fact",type="io.dcm.request.submitted.v1",outcome=`
	for _, want := range []string{
		`dcm_handling_seconds_count{` + fact + `"transient"} 1`,
		`dcm_handling_seconds_count{` + fact + `"invalid"} 1`,
		`dcm_handling_seconds_count{` + fact + `"ok"} 1`,
		`dcm_handling_seconds_count{function="approve",kind="command",type="io.dcm.request.decide",outcome="ok"} 1`,
		`dcm_handling_seconds_count{function="approve",kind="command",type="io.dcm.request.decide",outcome="anonymous"} 1`,
		`dcm_work_given_back_total{` + fact + `"transient"} 1`,
		`dcm_work_dead_total{` + fact + `"invalid"} 1`,
		`dcm_announcements_failed_total{function="approve"} 1`,
		`dcm_ticks_total{function="approve"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Contains(w.Body.String(), b.tenant.String()) {
		t.Error("a tenant is named")
	}
	if t.Failed() {
		t.Log(w.Body.String())
	}
}
