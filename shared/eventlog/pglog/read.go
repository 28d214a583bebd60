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

// Facts yields the tenant's facts within the extent that were recorded from from
// until to, in the order of their positions. With an extent of Horizon's the set
// is complete and stands still while it is read. It reads pages: memory stays
// flat.
func (l *Log) Facts(ctx context.Context, tenant uuid.UUID, within eventlog.Extent, from, to time.Time) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		for after, more := int64(-1), true; more; {
			facts, err := l.page(ctx, tenant, from, to, within, after)
			if err != nil {
				yield(eventlog.Placed{}, err)
				return
			}
			for _, p := range facts {
				if !yield(p.Placed, nil) {
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

// placedColumns follow columns.
const placedColumns = `, coalesce(t.n, -1), t.hash`

const withPlace = ` left join dcm.tree_leaves t on t.tenant_id = f.tenant_id and t.stream_id = f.stream_id and t.version = f.version`

func (l *Log) page(ctx context.Context, tenant uuid.UUID, from, to time.Time, within eventlog.Extent, after int64) ([]positioned, error) {
	return Select(ctx, l, tenant, scanPositioned,
		`select `+columns+placedColumns+`, f.position from dcm.facts f`+withPlace+`
		 where f.tenant_id = $1 and f.recorded_at >= $2 and f.recorded_at < $3 and (f.xid < $4::text::xid8 or t.n < $7) and f.position > $5
		 order by f.position limit $6`, tenant, from, to, within.Below, after, pageSize, within.Leaves)
}

type positioned struct {
	eventlog.Placed
	position int64
}

func scanPositioned(row pgx.CollectableRow) (positioned, error) {
	var p positioned
	err := scanInto(row, &p.Envelope, &p.Leaf, &p.LeafHash, &p.position)
	return p, err
}

// Leaves returns the facts at these places of the tenant's tree. One that is in
// the tree and not in the log is left out.
func (l *Log) Leaves(ctx context.Context, tenant uuid.UUID, places []int64) ([]eventlog.Placed, error) {
	return Select(ctx, l, tenant, func(row Row) (p eventlog.Placed, err error) {
		err = scanInto(row, &p.Envelope, &p.Leaf, &p.LeafHash)
		return p, err
	}, `select `+columns+placedColumns+` from dcm.tree_leaves t
		join dcm.facts f on f.tenant_id = t.tenant_id and f.stream_id = t.stream_id and f.version = t.version
		where t.tenant_id = $1 and t.n = any($2) order by t.n`, tenant, places)
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
