package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// States of stuck work.
const (
	Dead    = "dead"    // given up: it waits for somebody to replay it
	Overdue = "overdue" // still being tried
)

// overdueAfter is how long work may be owed before it counts as stuck: longer
// than a function needs to start and a dependency to be restarted.
const overdueAfter = 5 * time.Minute

// Stuck answers what functions owe and do not get done. It is safe for
// concurrent use.
type Stuck struct{ Log *pglog.Log }

// StuckWork is a piece of work that is dead or overdue.
type StuckWork struct {
	ID       uuid.UUID // made of its names, for lists; nothing else knows it
	State    string
	Function event.Function
	Stream   uuid.UUID
	Fact     uuid.UUID  // zero for a timer
	Type     event.Type // of the fact
	Timer    string     // kind of the timer; empty for a fact
	Request  string     // name of the machine, if the stream is a request
	Attempts int
	Since    time.Time // when it was due first
	NextTry  *time.Time
	Reason   string // of the last failure; empty if nobody has tried
}

// stuckRows are the rows that count. A timer is overdue when it should have gone
// off, not because it was set long ago.
const stuckRows = `select md5(w.function || w.fact_id || w.stream_id || w.kind)::uuid as id, w.tenant_id, w.function, w.stream_id, w.kind, w.fact_id,
	w.due_at, w.not_before, w.held_until, w.attempts, w.dead, w.last_error
	from dcm.work w where w.tenant_id = ? and (w.dead or w.due_at < now() - ?::interval)`

// List returns a page of the tenant's stuck work, oldest first; of one state, or
// of both if it is empty.
func (q Stuck) List(ctx context.Context, tenant uuid.UUID, state string, after Mark, limit int) ([]StuckWork, error) {
	var s query
	s.add(`with stuck as (`+stuckRows, tenant, overdueAfter)
	switch state {
	case Dead:
		s.add(` and w.dead`)
	case Overdue:
		s.add(` and not w.dead`)
	}
	s.add(`) select s.id, s.dead, s.function, s.stream_id, s.fact_id, coalesce(f.type, ''), s.kind, coalesce(r.name, ''), s.attempts, s.due_at,
		case when not s.dead then greatest(s.due_at, s.not_before, s.held_until) end, s.last_error
		from stuck s
		left join dcm.facts f on f.tenant_id = s.tenant_id and f.fact_id = s.fact_id
		left join dcm.requests r on r.tenant_id = s.tenant_id and r.request_id = s.stream_id
		where true`)
	if !after.IsZero() {
		s.add(` and (s.due_at, s.id) > (?, ?)`, after.At, after.ID)
	}
	s.add(` order by s.due_at, s.id limit ?`, limit)
	return pglog.Select(ctx, q.Log, tenant, scanStuck, s.sql.String(), s.args...)
}

// CountDead counts the tenant's dead letters.
func (q Stuck) CountDead(ctx context.Context, tenant uuid.UUID) (int, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanCount, `select count(*) from dcm.work w where w.tenant_id = $1 and w.dead`, tenant))
}

func scanStuck(row pglog.Row) (StuckWork, error) {
	w := StuckWork{State: Overdue}
	var dead bool
	err := row.Scan(&w.ID, &dead, &w.Function, &w.Stream, &w.Fact, &w.Type, &w.Timer, &w.Request, &w.Attempts, &w.Since, &w.NextTry, &w.Reason)
	if dead {
		w.State = Dead
	}
	return w, err
}
