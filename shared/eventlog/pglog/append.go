package pglog

import (
	"bytes"
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A fact is numbered only where the stream ends as expected: a head that is not
// there leaves no version, which the column refuses. Most appends are of one
// fact; its plain values need neither unnesting nor sorting.
const (
	factColumns = `tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, cause_digest, correlation_id, occurred_at, traceparent, data, hash`
	headIsThere = `($15 = 0 or exists (select from dcm.facts h where h.tenant_id = $1 and h.stream_id = $2 and h.version = $15 and h.hash = $16))`

	// The work that one fact makes is inserted by the same statement: each
	// statement costs its own planning, policies and message.
	insertFact = `with owed as (
  insert into dcm.work (tenant_id, stream_id, function, fact_id)
  select $1::uuid, $2::uuid, unnest($17::text[]), $4::uuid)
insert into dcm.facts (` + factColumns + `)
values ($1, $2, case when ` + headIsThere + ` then $3::bigint end, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning recorded_at`

	insertFacts = `insert into dcm.facts (` + factColumns + `)
select $1, $2, case when ` + headIsThere + ` then u.version end, u.fact_id, u.type, $6, $7, $8, $9, $10, $11, $12, u.data, u.hash
from unnest($3::bigint[], $4::uuid[], $5::text[], $13::bytea[], $14::bytea[]) with ordinality as u (version, fact_id, type, data, hash, n)
order by u.n
returning recorded_at`
)

const insertWork = `
insert into dcm.work (tenant_id, stream_id, function, fact_id)
select $1, $2, unnest($3::text[]), unnest($4::uuid[])`

const settleWork = `
delete from dcm.work
where tenant_id = $1 and function = $2 and stream_id = $3 and fact_id = $4 and kind = $5 and ($5 = '' or due_at = $6)`

const setTimer = `
insert into dcm.work (tenant_id, stream_id, function, kind, due_at, traceparent) values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, function, fact_id, stream_id, kind) do update
set due_at = excluded.due_at, traceparent = excluded.traceparent, not_before = '-infinity', held_until = '-infinity', attempts = 0, dead = false, last_error = ''`

const replayWork = `select dcm.replay($1, $2, $3, $4, $5)`

// Who has no key is marked too: nobody gets one afterwards.
const destroyKey = `
insert into dcm.person_keys as k (tenant_id, person_id, wrapped, destroyed_at) values ($1, $2, '', clock_timestamp())
on conflict (tenant_id, person_id) do update set wrapped = excluded.wrapped, wrapped_by = excluded.wrapped_by, destroyed_at = excluded.destroyed_at
where k.destroyed_at is null`

const clearTimer = `delete from dcm.work where tenant_id = $1 and stream_id = $2 and function = $3 and kind = $4`

// Append records r in one pipelined round trip: tenant, facts, owed work, read
// model, settled work. Facts are inserted plainly: a version or an id that is
// taken, or a head that is not there, fails the statement, which undoes the
// whole transaction, read model included. Only then a second round trip tells a
// duplicate from a conflict.
func (l *Log) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	envelopes, err := r.Envelopes()
	if err != nil {
		return nil, err
	}
	b := asTenant(r.Key.Tenant)
	queueFacts(b, r, envelopes)
	queueWork(b, r, envelopes)
	if r.Destroys != uuid.Nil {
		b.Queue(destroyKey, r.Key.Tenant, r.Destroys)
	}
	for _, e := range envelopes {
		for _, s := range l.project(e) {
			b.Queue(s.SQL, s.Args...)
		}
	}
	err = l.pipeline(ctx, r.Key.Tenant, b, "append")
	switch {
	case err == nil:
		return envelopes, nil
	case refusedFact(err):
		return l.resolve(ctx, r, envelopes)
	case refusedReplay(err):
		return nil, eventlog.ErrNotDead.Because(err)
	}
	return nil, err
}

// resolve finds out why an append met what was there: the same facts (then the
// work is settled and they are the answer) or somebody else's.
func (l *Log) resolve(ctx context.Context, r eventlog.Record, wanted []event.Envelope) ([]event.Envelope, error) {
	ids := make([]uuid.UUID, len(wanted))
	for i, e := range wanted {
		ids[i] = e.ID
	}
	found, err := Select(ctx, l, r.Key.Tenant, scan,
		`select `+columns+` from dcm.facts f where f.tenant_id = $1 and f.fact_id = any($2) order by f.version`, r.Key.Tenant, ids)
	if err != nil {
		return nil, err
	}
	if len(found) != len(wanted) {
		return nil, eventlog.ErrConflict
	}
	for _, e := range found {
		if !bytes.Equal(e.CauseDigest, r.Cause.Digest) {
			return nil, eventlog.ErrReused
		}
	}
	if r.Settles != nil {
		if err := l.Settle(ctx, *r.Settles); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func queueFacts(b *pgx.Batch, r eventlog.Record, envelopes []event.Envelope) {
	if len(envelopes) == 0 {
		return
	}
	e := envelopes[0]
	insert := func(sql string, versions, ids, types, data, hashes any, more ...any) *pgx.QueuedQuery {
		return b.Queue(sql, append([]any{
			e.Tenant, e.Stream, versions, ids, types, e.Source, e.Actor.String(), e.CauseID, e.CauseDigest,
			e.CorrelationID, e.OccurredAt, e.TraceParent, data, hashes, r.Expect.Version, r.Expect.Hash,
		}, more...)...)
	}
	var queued *pgx.QueuedQuery
	if len(envelopes) == 1 {
		queued = insert(insertFact, e.Version, e.ID, string(e.Type), e.Data, e.Hash, consumers(e.Type))
	} else {
		versions, ids, types, data, hashes := columnsOf(envelopes)
		queued = insert(insertFacts, versions, ids, types, data, hashes)
	}
	queued.Query(func(rows pgx.Rows) error {
		recorded, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
		for i := range recorded {
			envelopes[i].RecordedAt = recorded[i].UTC()
		}
		return err
	})
}

// columnsOf turns facts into arrays, one for each column that differs.
func columnsOf(envelopes []event.Envelope) (versions []int64, ids []uuid.UUID, types []string, data, hashes [][]byte) {
	for _, e := range envelopes {
		versions, ids, types = append(versions, e.Version), append(ids, e.ID), append(types, string(e.Type))
		data, hashes = append(data, e.Data), append(hashes, e.Hash)
	}
	return versions, ids, types, data, hashes
}

func queueWork(b *pgx.Batch, r eventlog.Record, envelopes []event.Envelope) {
	if w := r.Settles; w != nil {
		b.Queue(settleWork, w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind, w.Due)
	}
	if w := r.Replays; w != nil {
		b.Queue(replayWork, w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind)
	}
	var functions []string
	var facts []uuid.UUID
	for _, e := range envelopes {
		for _, f := range consumers(e.Type) {
			functions, facts = append(functions, f), append(facts, e.ID)
		}
	}
	if len(envelopes) > 1 && len(facts) > 0 { // one fact's work is inserted with it
		b.Queue(insertWork, r.Key.Tenant, r.Key.Stream, functions, facts)
	}
	for _, t := range r.Timers {
		if t.Due.IsZero() {
			b.Queue(clearTimer, r.Key.Tenant, r.Key.Stream, string(r.Cause.By), t.Kind)
			continue
		}
		b.Queue(setTimer, r.Key.Tenant, r.Key.Stream, string(r.Cause.By), t.Kind, t.Due.UTC().Truncate(time.Microsecond), r.Cause.TraceParent)
	}
}

// consumers names who is owed facts of a type, as an array for the database.
func consumers(t event.Type) []string {
	names := []string{}
	for _, f := range event.Consumers(t) {
		names = append(names, string(f))
	}
	return names
}
