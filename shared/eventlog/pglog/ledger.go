package pglog

import (
	"context"
	"strings"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// free says that work is due and nobody holds it.
const free = `not w.dead and w.due_at <= clock_timestamp() and w.not_before <= clock_timestamp() and w.held_until <= clock_timestamp()`

const takeFact = `
with held as (
  update dcm.work w set held_until = clock_timestamp() + $4, attempts = w.attempts + 1
  where w.tenant_id = $1 and w.function = $2 and w.fact_id = $3 and w.kind = '' and ` + free + `
  returning w.tenant_id, w.fact_id, w.attempts)
select ` + columns + `, h.attempts
from held h join dcm.facts f on f.tenant_id = h.tenant_id and f.fact_id = h.fact_id`

const isEarly = `
select true from dcm.work w
where w.tenant_id = $1 and w.function = $2 and w.fact_id = $3 and w.kind = ''
  and not w.dead and w.not_before > clock_timestamp() and w.held_until <= clock_timestamp()`

const takeTimer = `
update dcm.work w set held_until = clock_timestamp() + $4, attempts = w.attempts + 1
where w.tenant_id = $1 and w.function = $2 and w.stream_id = $3 and w.kind = (
  select w.kind from dcm.work w
  where w.tenant_id = $1 and w.function = $2 and w.stream_id = $3 and w.kind <> '' and ` + free + `
  order by w.due_at limit 1 for update skip locked)
returning w.kind, w.due_at, w.attempts, w.traceparent`

const nextTimer = `
select greatest(w.due_at, w.not_before) from dcm.work w
where w.tenant_id = $1 and w.function = $2 and w.stream_id = $3 and w.kind <> '' and not w.dead and w.held_until <= clock_timestamp()
order by 1 limit 1`

const fail = `
update dcm.work set held_until = '-infinity', not_before = clock_timestamp() + $7, last_error = $8, dead = $9
where tenant_id = $1 and function = $2 and stream_id = $3 and fact_id = $4 and kind = $5 and ($5 = '' or due_at = $6)`

// longestReason bounds what is kept of an error.
const longestReason = 2000

// Take leases a fact to f.
func (l *Log) Take(ctx context.Context, f event.Function, tenant, id uuid.UUID) (eventlog.Work, event.Envelope, bool, error) {
	type taken struct {
		envelope event.Envelope
		attempt  int
	}
	var (
		rows  []taken
		early []bool
		b     = asTenant(tenant)
	)
	collect(b.Queue(takeFact, tenant, string(f), id, eventlog.HoldFor), &rows, func(row Row) (t taken, err error) {
		err = scanInto(row, &t.envelope, &t.attempt)
		return t, err
	})
	collect(b.Queue(isEarly, tenant, string(f), id), &early, pgx.RowTo[bool])
	err := l.pipeline(ctx, tenant, b, "take work")
	if err == nil && len(early) > 0 {
		err = eventlog.ErrEarly
	}
	if err != nil || len(rows) == 0 {
		return eventlog.Work{}, event.Envelope{}, false, err
	}
	e := rows[0].envelope
	key := eventlog.Key{Tenant: e.Tenant, Stream: e.Stream}
	return eventlog.Work{Key: key, Function: f, Fact: e.ID, Attempt: rows[0].attempt}, e, true, nil
}

// TakeTimer leases the stream's earliest timer of f that is due.
func (l *Log) TakeTimer(ctx context.Context, f event.Function, key eventlog.Key) (eventlog.Work, bool, error) {
	rows, err := Select(ctx, l, key.Tenant, func(row Row) (eventlog.Work, error) {
		w := eventlog.Work{Key: key, Function: f}
		err := row.Scan(&w.Kind, &w.Due, &w.Attempt, &w.TraceParent)
		return w, err
	}, takeTimer, key.Tenant, string(f), key.Stream, eventlog.HoldFor)
	if err != nil || len(rows) == 0 {
		return eventlog.Work{}, false, err
	}
	return rows[0], true, nil
}

// NextTimer tells when the stream's earliest timer of f is due.
func (l *Log) NextTimer(ctx context.Context, f event.Function, key eventlog.Key) (time.Time, bool, error) {
	rows, err := Select(ctx, l, key.Tenant, pgx.RowTo[time.Time], nextTimer, key.Tenant, string(f), key.Stream)
	if err != nil || len(rows) == 0 {
		return time.Time{}, false, err
	}
	return rows[0], true, nil
}

// Owed lists what f owes, across tenants. The database takes the function from
// the login, so that a function cannot ask for another's.
func (l *Log) Owed(ctx context.Context, f event.Function, limit int) ([]eventlog.Work, error) {
	return SelectAcross(ctx, l, func(row Row) (eventlog.Work, error) {
		w := eventlog.Work{Function: f}
		err := row.Scan(&w.Key.Tenant, &w.Key.Stream, &w.Kind, &w.Fact)
		return w, err
	}, `select tenant_id, stream_id, kind, fact_id from dcm.owed($1)`, limit)
}

// Settle removes work that needed nothing recorded.
func (l *Log) Settle(ctx context.Context, w eventlog.Work) error {
	return l.Exec(ctx, w.Key.Tenant, Statement{settleWork, []any{w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind, w.Due}})
}

// Fail gives work back with the reason.
func (l *Log) Fail(ctx context.Context, w eventlog.Work, reason string, wait time.Duration, dead bool) error {
	return l.Exec(ctx, w.Key.Tenant, Statement{fail, []any{
		w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind, w.Due, wait, storable(reason), dead,
	}})
}

// storable makes a text of what an error may hold: cut off bytes, or a zero,
// which a text column refuses.
func storable(reason string) string {
	reason = strings.ReplaceAll(reason, "\x00", "")
	if len(reason) > longestReason {
		reason = reason[:longestReason]
	}
	return strings.ToValidUTF8(reason, "")
}
