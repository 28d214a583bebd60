package pglog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Tenants lists whose facts there are. Only dcmctl's login may ask.
func (l *Log) Tenants(ctx context.Context) ([]uuid.UUID, error) {
	return SelectAcross(ctx, l, pgx.RowTo[uuid.UUID], `select dcm.tenant_ids()`)
}

// A Check is what came of folding a tenant's log again.
type Check struct {
	Facts       int
	Unread      int // facts that this release cannot read, and has left out
	Differences []Difference
}

// CheckReadModel folds the tenant's log and compares it with the read model, both
// as of one moment: what is written meanwhile makes no difference.
func (l *Log) CheckReadModel(ctx context.Context, tenant uuid.UUID, tables []Table) (c Check, err error) {
	s, err := l.shadowOf(ctx, tenant, tables)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	p, err := l.pastOf(ctx, tenant, "")
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	if err := s.follow(ctx, p); err != nil {
		return c, err
	}
	c.Facts, c.Unread = s.facts, s.unread
	for _, t := range tables {
		found, err := t.differences(ctx, p.tx, s.conn, tenant)
		if err != nil {
			return c, err
		}
		c.Differences = append(c.Differences, found...)
	}
	return c, nil
}

// A Rebuild is what came of making a tenant's read model anew.
type Rebuild struct {
	Facts   int
	Removed int64 // rows that were not what the log says
	Written int64 // rows that were not there, or not so
}

// ErrUnread says that the log has facts which this release cannot read, so that
// what it made of them would be less than what is there.
var ErrUnread = errors.New("the log has facts that this release cannot read: use the newest dcmctl, or look for damage with dcmctl readmodel check")

// Bounds of the last step of a rebuild, in which appends wait.
const (
	fewFacts   = 500                   // that are left to be folded then
	mostRounds = 20                    // of catching up before
	lockWait   = `'3s'`                // for appends that are under way, and for autovacuum, which gives way
	lockMode   = `share row exclusive` // writers wait, readers do not
)

// RebuildReadModel folds the tenant's log and puts the result in the place of what
// the read model has, while others read and write. Readers see the old rows or
// the new ones, of all tables at once. What is appended meanwhile is folded too:
// most of it round by round, the rest in the transaction that replaces the rows.
// That one locks the tables, and an append takes a table's lock before it looks
// at its rows; so it either had written its rows before, and its facts are seen,
// or writes them afterwards, to what was put there.
func (l *Log) RebuildReadModel(ctx context.Context, tenant uuid.UUID, tables []Table) (r Rebuild, err error) {
	s, err := l.shadowOf(ctx, tenant, tables)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	var moment string
	for round, left := 0, fewFacts; left >= fewFacts && round < mostRounds; round++ {
		before := s.facts
		if moment, err = l.catchUp(ctx, s, moment); err != nil {
			return r, err
		}
		left = s.facts - before
	}
	if s.unread > 0 {
		return r, fmt.Errorf("%d of %d: %w", s.unread, s.facts, ErrUnread)
	}
	r.Removed, r.Written, err = s.replace(ctx, moment)
	r.Facts = s.facts
	return r, err
}

// catchUp folds what was recorded since a moment, and returns the next.
func (l *Log) catchUp(ctx context.Context, s *shadow, since string) (moment string, err error) {
	p, err := l.pastOf(ctx, s.tenant, since)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	return p.moment, s.follow(ctx, p)
}

// replace makes the read model what the shadow is, once it has folded the facts
// since a moment.
func (s *shadow) replace(ctx context.Context, moment string) (removed, written int64, err error) {
	names := make([]string, len(s.tables))
	for i, t := range s.tables {
		if _, err := s.conn.Exec(ctx, `analyze pg_temp.`+t.Name); err != nil {
			return 0, 0, classify("count the shadow of "+t.Name, err)
		}
		names[i] = "dcm." + t.Name
	}
	tx, err := s.conn.Begin(ctx)
	if err != nil {
		return 0, 0, classify("begin to replace the read model", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it is of no effect
	b := asTenant(s.tenant)
	b.Queue(`set local lock_timeout = ` + lockWait)
	b.Queue(`lock table ` + strings.Join(names, ", ") + ` in ` + lockMode + ` mode`)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return 0, 0, classify("keep appends waiting", err)
	}
	for facts, err := range since(ctx, tx, s.tenant, moment) {
		if err != nil {
			return 0, 0, err
		}
		if err := s.fold(ctx, tx, facts); err != nil {
			return 0, 0, err
		}
	}
	if s.unread > 0 {
		return 0, 0, ErrUnread
	}
	for _, t := range s.tables {
		gone, come, err := t.replace(ctx, tx, s.tenant)
		if err != nil {
			return 0, 0, classify("replace "+t.Name, err)
		}
		removed, written = removed+gone, written+come
	}
	return removed, written, classify("replace the read model", tx.Commit(ctx))
}

// replace deletes what the log does not say, and inserts what is missing then.
// Rows are compared by their bytes.
func (t Table) replace(ctx context.Context, tx pgx.Tx, tenant uuid.UUID) (removed, written int64, err error) {
	var same []string
	for _, column := range t.Key {
		same = append(same, "s."+column+" = m."+column)
	}
	var columns string
	err = tx.QueryRow(ctx, `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
		where attrelid = $1::text::regclass and attnum > 0 and not attisdropped`, "dcm."+t.Name).Scan(&columns)
	if err != nil {
		return 0, 0, err
	}
	deleted, err := tx.Exec(ctx, fmt.Sprintf(`delete from dcm.%[1]s m where m.tenant_id = $1 and not exists (
		select from pg_temp.%[1]s s where %[2]s and s *= m)`, t.Name, strings.Join(same, " and ")), tenant)
	if err != nil {
		return 0, 0, err
	}
	inserted, err := tx.Exec(ctx, fmt.Sprintf(`insert into dcm.%[1]s (%[3]s) select %[3]s from pg_temp.%[1]s s where not exists (
		select from dcm.%[1]s m where %[2]s)`, t.Name, strings.Join(same, " and "), columns))
	if err != nil {
		return 0, 0, err
	}
	return deleted.RowsAffected(), inserted.RowsAffected(), nil
}
