package pglog_test

import (
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/eventlogtest"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	eventlogtest.Run(t, func(t *testing.T) eventlogtest.Fixture {
		db := pgtest.New(t)
		var mu sync.Mutex
		logs := map[event.Function]*pglog.Log{}
		return eventlogtest.Fixture{
			Open: func(f event.Function) eventlogtest.Store {
				mu.Lock()
				defer mu.Unlock()
				if logs[f] == nil {
					logs[f] = db.Log(t, f)
				}
				return logs[f]
			},
			Now: time.Now,
			// The server's clock cannot be moved; the leases and waits can.
			Elapse: func(d time.Duration) {
				run(t, db, `update dcm.work set held_until = held_until - $1::interval, not_before = not_before - $1::interval`, d)
			},
		}
	})
}

// run runs SQL as the superuser.
func run(t *testing.T, db *pgtest.DB, sql string, args ...any) {
	t.Helper()
	conn := db.Connect(t, db.Admin)
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
