package pglog

import (
	"context"
	"time"

	"dcm.io/shared/eventlog"
)

// A DeadLetter is work that was given up.
type DeadLetter struct {
	eventlog.Work           // with the attempts that were made
	Since         time.Time // when it was first owed
	Reason        string    // of the last failure
}

const revive = `
update dcm.work set dead = false, attempts = 0, not_before = '-infinity', held_until = '-infinity'
where tenant_id = $1 and function = $2 and stream_id = $3 and fact_id = $4 and kind = $5 and dead`

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

// Replay makes a dead letter owed again for the operator, who leaves no fact in
// the tenant's log. What is not dead is left alone.
func (l *Log) Replay(ctx context.Context, w eventlog.Work) error {
	return l.Exec(ctx, w.Key.Tenant, Statement{revive, []any{w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind}})
}
