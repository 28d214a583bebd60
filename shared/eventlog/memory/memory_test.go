package memory_test

import (
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/eventlogtest"
	"dcm.io/shared/eventlog/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	eventlogtest.Run(t, func(*testing.T) eventlogtest.Fixture {
		var mu sync.Mutex
		now := time.Date(2026, 3, 1, 9, 0, 0, 123456789, time.UTC)
		clock := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
		log := memory.New(clock)
		return eventlogtest.Fixture{
			Open: func(event.Function) eventlogtest.Store { return log },
			Now:  clock,
			Elapse: func(d time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				now = now.Add(d)
			},
		}
	})
}
