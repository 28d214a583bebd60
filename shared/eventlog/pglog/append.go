package pglog

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	factColumns = `tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, cause_digest, correlation_id, occurred_at, traceparent, data, hash`

	// The work that facts make is inserted by the same statement: each statement
	// costs its own planning, policies and message.
	owed = `with owed as (
  insert into dcm.work (tenant_id, stream_id, function, fact_id)
  select $1::uuid, $2::uuid, unnest($15::text[]), unnest($16::uuid[]))
`
	// A fact is numbered only where the stream ends as expected: a head that is not
	// there leaves no version, which the column refuses.
	numberedAfterHead = `case when exists (select from dcm.facts h
  where h.tenant_id = $1 and h.stream_id = $2 and h.version = $17 and h.hash = $18) then %s end`
)

// How facts are inserted: as the first of their stream, of which no head is
// asked, or after one. Most appends are of one fact, whose plain values need
// neither unnesting nor sorting.
var (
	firstFact, nextFact   = insertOne(`$3::bigint`), insertOne(fmt.Sprintf(numberedAfterHead, `$3::bigint`))
	firstFacts, nextFacts = insertMany(`u.version`), insertMany(fmt.Sprintf(numberedAfterHead, `u.version`))
)

func insertOne(version string) string {
	return owed + `insert into dcm.facts (` + factColumns + `)
values ($1, $2, ` + version + `, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
}

func insertMany(version string) string {
	return owed + `insert into dcm.facts (` + factColumns + `)
select $1, $2, ` + version + `, u.fact_id, u.type, $6, $7, $8, $9, $10, $11, $12, u.data, u.hash
from unnest($3::bigint[], $4::uuid[], $5::text[], $13::bytea[], $14::bytea[]) with ordinality as u (version, fact_id, type, data, hash, n)
order by u.n`
}

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
	queueWork(b, r)
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

// queueFacts adds the facts, numbered after what the stream is expected to end
// with, and the work that functions owe for them.
func queueFacts(b *pgx.Batch, r eventlog.Record, envelopes []event.Envelope) {
	if len(envelopes) == 0 {
		return
	}
	functions, facts := owedFor(envelopes)
	insert := func(first, next string, versions, ids, types, data, hashes any) {
		e, sql := envelopes[0], first
		args := []any{
			e.Tenant, e.Stream, versions, ids, types, e.Source, e.Actor.String(), e.CauseID, e.CauseDigest,
			e.CorrelationID, e.OccurredAt, e.TraceParent, data, hashes, functions, facts,
		}
		if r.Expect.Version > 0 {
			sql, args = next, append(args, r.Expect.Version, r.Expect.Hash)
		}
		b.Queue(sql, args...)
	}
	if len(envelopes) == 1 {
		e := envelopes[0]
		insert(firstFact, nextFact, e.Version, e.ID, string(e.Type), e.Data, e.Hash)
		return
	}
	versions, ids, types, data, hashes := columnsOf(envelopes)
	insert(firstFacts, nextFacts, versions, ids, types, data, hashes)
}

// owedFor names who is owed which facts, as arrays for the database.
func owedFor(envelopes []event.Envelope) (functions []string, facts []uuid.UUID) {
	for _, e := range envelopes {
		for _, f := range event.Consumers(e.Type) {
			functions, facts = append(functions, string(f)), append(facts, e.ID)
		}
	}
	return functions, facts
}

// columnsOf turns facts into arrays, one for each column that differs.
func columnsOf(envelopes []event.Envelope) (versions []int64, ids []uuid.UUID, types []string, data, hashes [][]byte) {
	for _, e := range envelopes {
		versions, ids, types = append(versions, e.Version), append(ids, e.ID), append(types, string(e.Type))
		data, hashes = append(data, e.Data), append(hashes, e.Hash)
	}
	return versions, ids, types, data, hashes
}

func queueWork(b *pgx.Batch, r eventlog.Record) {
	if w := r.Settles; w != nil {
		b.Queue(settleWork, w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind, w.Due)
	}
	if w := r.Replays; w != nil {
		b.Queue(replayWork, w.Key.Tenant, string(w.Function), w.Key.Stream, w.Fact, w.Kind)
	}
	for _, t := range r.Timers {
		if t.Due.IsZero() {
			b.Queue(clearTimer, r.Key.Tenant, r.Key.Stream, string(r.Cause.By), t.Kind)
			continue
		}
		b.Queue(setTimer, r.Key.Tenant, r.Key.Stream, string(r.Cause.By), t.Kind, t.Due.UTC().Truncate(time.Microsecond), r.Cause.TraceParent)
	}
}
