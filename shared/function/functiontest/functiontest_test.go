package functiontest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
)

// TestRun holds the smallest functions that are right to the suite.
func TestRun(t *testing.T) {
	t.Parallel()
	for _, name := range []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.AuditExport} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			functiontest.Run(t, name, func(_ *testing.T, log *memory.Log, now func() time.Time) function.Routes {
				return smallest(name, log, now)
			})
		})
	}
}

// denied is the one fact that every function may record.
var denied = event.AccessDenied{Action: "test", Reason: "test"}

func smallest(name event.Function, log eventlog.Log, now func() time.Time) function.Routes {
	d := decider.Decider[int, struct{}]{
		Evolve: func(n int, _ event.Envelope) int { return n + 1 },
		Decide: func(n int, _ struct{}) (decider.Outcome, error) {
			if n == 0 {
				return decider.Outcome{}, nil
			}
			return decider.Facts(denied), nil
		},
	}
	routes := function.Routes{
		Facts: map[event.Type]function.FactHandler{},
		Timers: map[string]function.TimerHandler{"look": func(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
			return d.Step(ctx, log, w.Key, function.BecauseOf(w, nil, now()), &w, struct{}{})
		}},
		Commands: map[string]function.CommandHandler{"io.dcm.test": func(_ context.Context, c function.Command) (function.Answer, error) {
			return function.Answer{Status: http.StatusOK}, function.DecodeData(c.Data, &struct{}{})
		}},
	}
	for _, consumed := range event.ConsumedBy(name) {
		routes.Facts[consumed] = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
			return d.Step(ctx, log, w.Key, function.Because(in, name, now()), &w, struct{}{})
		}
	}
	return routes
}
