package pglog

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A DeadLetter is work that was given up.
type DeadLetter struct {
	eventlog.Work           // with the attempts that were made
	Since         time.Time // when it was first owed
	Reason        string    // of the last failure
}

// DeadLetters lists the dead letters of all tenants and functions, oldest first,
// at most limit. Only dcmctl's login may ask.
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	return SelectAcross(ctx, l, func(row Row) (d DeadLetter, err error) {
		err = row.Scan(&d.Key.Tenant, &d.Function, &d.Key.Stream, &d.Kind, &d.Fact, &d.Due, &d.Attempt, &d.Since, &d.Reason)
		return d, err
	}, `select tenant_id, function, stream_id, kind, fact_id, due_at, attempts, owed_since, last_error from dcm.dead_letters($1)`, limit)
}

const selectDead = `
select attempts, owed_since, last_error from dcm.work
where tenant_id = $1 and function = $2 and stream_id = $3 and fact_id = $4 and kind = $5 and dead`

// DeadLetter finds the dead letter that w names in its tenant; false if there is
// none.
func (l *Log) DeadLetter(ctx context.Context, w eventlog.Work) (DeadLetter, bool, error) {
	rows, err := Select(ctx, l, w.Key.Tenant, func(row Row) (DeadLetter, error) {
		d := DeadLetter{Work: w}
		err := row.Scan(&d.Attempt, &d.Since, &d.Reason)
		return d, err
	}, selectDead, w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind)
	if err != nil || len(rows) == 0 {
		return DeadLetter{}, false, err
	}
	return rows[0], true, nil
}

const owe = `
insert into dcm.work (tenant_id, function, stream_id, fact_id)
select f.tenant_id, $2, f.stream_id, f.fact_id from dcm.facts f
where f.tenant_id = $1 and f.type = any($3) and f.recorded_at >= $4 and f.recorded_at < $5
on conflict do nothing
returning true`

// Owe makes f owe every fact of the tenant's of these types that was recorded from
// from until to, and returns how many it did not owe already. A function that has
// acted on a fact records nothing new when it acts again: ids of facts come from
// their causes.
func (l *Log) Owe(ctx context.Context, tenant uuid.UUID, f event.Function, types []event.Type, from, to time.Time) (int, error) {
	rows, err := Select(ctx, l, tenant, pgx.RowTo[bool], owe, tenant, string(f), types, from, to)
	return len(rows), err
}
