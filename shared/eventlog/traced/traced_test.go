package traced_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/eventlogtest"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/eventlog/traced"
)

// A store is a log in memory whose appends are traced.
type store struct{ *memory.Log }

func (s store) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	return traced.Log{Log: s.Log}.Append(ctx, r)
}

// TestConformance: tracing changes nothing. What it adds is tested where it is
// used, in package function.
func TestConformance(t *testing.T) {
	t.Parallel()
	eventlogtest.Run(t, func(*testing.T) eventlogtest.Fixture {
		var mu sync.Mutex
		now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		clock := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
		log := memory.New(clock)
		return eventlogtest.Fixture{
			Open: func(event.Function) eventlogtest.Store { return store{log} },
			Now:  clock,
			Elapse: func(d time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				now = now.Add(d)
			},
		}
	})
}
