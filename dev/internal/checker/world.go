package checker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A World is all that the database has, as of one moment.
type World struct {
	Facts       []Fact // by tenant, stream and version
	Work        []Work // that is not done
	Leaves      []Leaf // by tenant and number
	Checkpoints []Checkpoint
}

// A Fact is a row of the log.
type Fact struct {
	Tenant, Stream, ID        uuid.UUID
	Version, Position         int64
	Type, Source, Actor       string
	Cause, Correlation, Trace string
	CauseDigest, Data, Hash   []byte
	OccurredAt, RecordedAt    time.Time
}

// owedTo reports whether whoever records as source is owed the fact.
func (f Fact) owedTo(source string) bool {
	for _, c := range event.Consumers(event.Type(f.Type)) {
		if "/functions/"+string(c) == source {
			return true
		}
	}
	return false
}

// envelope is the fact for the functions that hash it.
func (f Fact) envelope() event.Envelope {
	return event.Envelope{
		ID: f.ID, Tenant: f.Tenant, Stream: f.Stream, Version: f.Version, Type: event.Type(f.Type), Source: f.Source,
		Actor: event.ParseActor(f.Actor), CauseID: f.Cause, CauseDigest: f.CauseDigest, CorrelationID: f.Correlation,
		OccurredAt: f.OccurredAt.UTC(), RecordedAt: f.RecordedAt.UTC(), TraceParent: f.Trace, Data: f.Data, Hash: f.Hash,
	}
}

// Work is a row of what is owed.
type Work struct {
	Tenant, Stream, Fact uuid.UUID
	Function, Kind       string
	Due, Dead            bool
	Attempts             int
	Reason               string
}

// A Leaf is a place in a tenant's tree.
type Leaf struct {
	Tenant, Stream uuid.UUID
	N, Version     int64
	Hash           []byte
}

// A Checkpoint is a signed note as the database keeps it.
type Checkpoint struct {
	Tenant uuid.UUID
	Size   int64
	Note   string
}

// Read looks at everything, as the superuser that conn must be.
func Read(ctx context.Context, conn *pgx.Conn) (w World, err error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return w, fmt.Errorf("look at the database: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // nothing was written
	w.Facts, err = rows[Fact](ctx, tx, `select tenant_id, stream_id, fact_id, version, position, type, source, actor, cause_id, correlation_id, traceparent,
		cause_digest, data, hash, occurred_at, recorded_at from dcm.facts order by tenant_id, stream_id, version, position`)
	if err == nil {
		w.Work, err = rows[Work](ctx, tx, `select tenant_id, stream_id, fact_id, function, kind,
			greatest(due_at, not_before, held_until) <= clock_timestamp(), dead, attempts, last_error from dcm.work`)
	}
	if err == nil {
		w.Leaves, err = rows[Leaf](ctx, tx, `select tenant_id, stream_id, n, version, hash from dcm.tree_leaves order by tenant_id, n`)
	}
	if err == nil {
		w.Checkpoints, err = rows[Checkpoint](ctx, tx, `select tenant_id, size, note from dcm.checkpoints order by tenant_id, size`)
	}
	if err != nil {
		return w, fmt.Errorf("look at the database: %w", err)
	}
	return w, nil
}

func rows[T any](ctx context.Context, tx pgx.Tx, sql string) ([]T, error) {
	found, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowToStructByPos[T])
}

// tables lists what of the schema has tenants' rows.
func tables(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	found, err := conn.Query(ctx, `select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
		where c.relnamespace = 'dcm'::regnamespace and c.relkind in ('r', 'p') order by 1`)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return names, nil
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 160 {
		s = s[:160] + "…"
	}
	return s
}
