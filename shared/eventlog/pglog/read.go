package pglog

import (
	"context"
	"iter"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// columns of a fact, in the order that scan reads them.
const columns = `f.tenant_id, f.stream_id, f.version, f.fact_id, f.type, f.source, f.actor, f.cause_id, f.cause_digest,
	f.correlation_id, f.occurred_at, f.recorded_at, f.traceparent, f.data, f.hash`

// Read returns the stream in version order.
func (l *Log) Read(ctx context.Context, key eventlog.Key) ([]event.Envelope, error) {
	return Select(ctx, l, key.Tenant, scan,
		`select `+columns+` from dcm.facts f where f.tenant_id = $1 and f.stream_id = $2 order by f.version`,
		key.Tenant, key.Stream)
}

// Facts yields the tenant's facts recorded from from until to, in the order of
// their positions: all that were recorded before the call, and none later, so
// that the set is complete and stands still while it is read. It reads pages:
// memory stays flat. It returns ErrUnsettled if somebody's transaction does not
// come to an end.
func (l *Log) Facts(ctx context.Context, tenant uuid.UUID, from, to time.Time) iter.Seq2[event.Envelope, error] {
	return func(yield func(event.Envelope, error) bool) {
		horizon, err := l.horizon(ctx, tenant)
		if err != nil {
			yield(event.Envelope{}, err)
			return
		}
		for after, more := int64(-1), true; more; {
			facts, err := l.page(ctx, tenant, from, to, horizon, after)
			if err != nil {
				yield(event.Envelope{}, err)
				return
			}
			for _, p := range facts {
				if !yield(p.Envelope, nil) {
					return
				}
				after = p.position
			}
			more = len(facts) == pageSize
		}
	}
}

// pageSize is how many facts are read at once: a few megabytes.
const pageSize = 2000

func (l *Log) page(ctx context.Context, tenant uuid.UUID, from, to time.Time, horizon string, after int64) ([]positioned, error) {
	return Select(ctx, l, tenant, scanPositioned,
		`select `+columns+`, f.position from dcm.facts f
		 where f.tenant_id = $1 and f.recorded_at >= $2 and f.recorded_at < $3 and f.xid < $4::text::xid8 and f.position > $5
		 order by f.position limit $6`, tenant, from, to, horizon, after, pageSize)
}

type positioned struct {
	event.Envelope
	position int64
}

func scanPositioned(row pgx.CollectableRow) (positioned, error) {
	var p positioned
	err := scanInto(row, &p.Envelope, &p.position)
	return p, err
}

func scan(row pgx.CollectableRow) (event.Envelope, error) {
	var e event.Envelope
	err := scanInto(row, &e)
	return e, err
}

// scanInto reads a fact, and what follows its columns. A type that this release
// does not know, or data that somebody has damaged, is no error: the envelope
// then has no Fact, and whoever verifies the log finds it by its hash.
func scanInto(row pgx.Row, e *event.Envelope, more ...any) error {
	var actor string
	dest := []any{
		&e.Tenant, &e.Stream, &e.Version, &e.ID, &e.Type, &e.Source, &actor, &e.CauseID, &e.CauseDigest,
		&e.CorrelationID, &e.OccurredAt, &e.RecordedAt, &e.TraceParent, &e.Data, &e.Hash,
	}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return err
	}
	e.Actor = event.ParseActor(actor)
	e.OccurredAt, e.RecordedAt = e.OccurredAt.UTC(), e.RecordedAt.UTC()
	if f, err := event.Decode(e.Type, e.Data); err == nil {
		e.Fact = f
	}
	return nil
}
