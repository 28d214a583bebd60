package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Facts answers what the log holds, to those who may read all of it. It is safe
// for concurrent use.
type Facts struct{ Log *pglog.Log }

// A Fact as the log has it, with its place in the tenant's log.
type Fact struct {
	Position   int64
	ID         uuid.UUID
	Type       event.Type
	Stream     uuid.UUID
	Version    int64
	OccurredAt time.Time
	RecordedAt time.Time
	Actor      event.Actor
	Source     string
	CauseID    string
	Hash       []byte
	Data       []byte
}

// A FactFilter says which facts, from where on. Zero fields ask for all.
type FactFilter struct {
	Type   string
	Actor  string // as event.Actor writes it
	Stream uuid.UUID
	From   time.Time // recorded at or after
	To     time.Time // recorded before
	Before int64     // position
	Limit  int
}

// selectFact begins what scanFact reads, of facts f.
const selectFact = `select f.position, f.fact_id, f.type, f.stream_id, f.version, f.occurred_at, f.recorded_at, f.actor, f.source, f.cause_id, f.hash, f.data`

// List returns a page of the tenant's facts, newest first.
func (q Facts) List(ctx context.Context, tenant uuid.UUID, f FactFilter) ([]Fact, error) {
	var s query
	s.add(selectFact+`
		from dcm.facts f where f.tenant_id = ?`, tenant)
	if f.Type != "" {
		s.add(` and f.type = ?`, f.Type)
	}
	if f.Actor != "" {
		s.add(` and f.actor = ?`, f.Actor)
	}
	if f.Stream != uuid.Nil {
		s.add(` and f.stream_id = ?`, f.Stream)
	}
	if !f.From.IsZero() {
		s.add(` and f.recorded_at >= ?`, f.From)
	}
	if !f.To.IsZero() {
		s.add(` and f.recorded_at < ?`, f.To)
	}
	if f.Before > 0 {
		s.add(` and f.position < ?`, f.Before)
	}
	s.add(` order by f.position desc limit ?`, f.Limit)
	return pglog.Select(ctx, q.Log, tenant, scanFact, s.sql.String(), s.args...)
}

func scanFact(row pglog.Row) (Fact, error) {
	var f Fact
	var actor string
	err := row.Scan(&f.Position, &f.ID, &f.Type, &f.Stream, &f.Version, &f.OccurredAt, &f.RecordedAt, &actor, &f.Source, &f.CauseID, &f.Hash, &f.Data)
	f.Actor = event.ParseActor(actor)
	return f, err
}
