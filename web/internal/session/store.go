package session

import (
	"context"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// A record is a session as the database has it.
type record struct {
	person uuid.UUID
	box    []byte // tokens, sealed
	seenAt time.Time
}

// A store keeps sessions in the database, under Row-Level Security like all else.
type store struct{ log *pglog.Log }

const (
	// Who is erased has no session from that moment on.
	erasedKey = `select from dcm.person_keys k where k.tenant_id = s.tenant_id and k.person_id = s.person_id and k.destroyed_at is not null`

	selectSession = `select s.person_id, s.box, s.seen_at from dcm.sessions s
		where s.tenant_id = $1 and s.session_id = $2 and s.seen_at > $3 and s.created_at > $4
		and not exists (` + erasedKey + `)`
	insertSession = `insert into dcm.sessions (tenant_id, session_id, person_id, box, created_at, seen_at) values ($1, $2, $3, $4, $5, $5)`
	touchSession  = `update dcm.sessions set seen_at = $3 where tenant_id = $1 and session_id = $2`
	renewSession  = `update dcm.sessions set box = $3 where tenant_id = $1 and session_id = $2`
	deleteSession = `delete from dcm.sessions where tenant_id = $1 and session_id = $2`
	sweepSessions = `delete from dcm.sessions s where s.tenant_id = $1 and (s.seen_at <= $2 or s.created_at <= $3 or exists (` + erasedKey + `))`
)

// find returns the session unless it has ended.
func (s store) find(ctx context.Context, n name, now time.Time) (record, bool, error) {
	rows, err := pglog.Select(ctx, s.log, n.tenant, func(row pglog.Row) (r record, err error) {
		err = row.Scan(&r.person, &r.box, &r.seenAt)
		return r, err
	}, selectSession, n.tenant, n.id(), now.Add(-idle), now.Add(-absolute))
	if err != nil || len(rows) == 0 {
		return record{}, false, err
	}
	return rows[0], true, nil
}

// create keeps a new session, and sweeps out the tenant's that have ended.
func (s store) create(ctx context.Context, n name, r record, now time.Time) error {
	return s.log.Exec(ctx, n.tenant,
		pglog.Statement{SQL: sweepSessions, Args: []any{n.tenant, now.Add(-idle), now.Add(-absolute)}},
		pglog.Statement{SQL: insertSession, Args: []any{n.tenant, n.id(), r.person, r.box, now}})
}

func (s store) touch(ctx context.Context, n name, now time.Time) error {
	return s.log.Exec(ctx, n.tenant, pglog.Statement{SQL: touchSession, Args: []any{n.tenant, n.id(), now}})
}

func (s store) renew(ctx context.Context, n name, box []byte) error {
	return s.log.Exec(ctx, n.tenant, pglog.Statement{SQL: renewSession, Args: []any{n.tenant, n.id(), box}})
}

func (s store) remove(ctx context.Context, n name) error {
	return s.log.Exec(ctx, n.tenant, pglog.Statement{SQL: deleteSession, Args: []any{n.tenant, n.id()}})
}
