package pglog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dcm.io/shared/event"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A Table of the read model, with its primary key. The tenant comes first, and
// all that follow are ids.
type Table struct {
	Name string
	Key  []string
}

// within are the columns that name a row to those who know the tenant.
func (t Table) within() []string { return t.Key[min(1, len(t.Key)-1):] }

// A shadow is a second read model of one tenant, folded from the log into
// temporary tables: they are the session's own, cost no WAL and go with it. Each
// page of facts is a transaction, because an open one that has written would
// hold up the readers of the whole log.
type shadow struct {
	conn    *pgx.Conn
	tenant  uuid.UUID
	tables  []Table
	project Projector

	heads  map[uuid.UUID]int64 // the last version folded, of each stream
	facts  int                 // folded
	unread int                 // that this release cannot read
	moved  map[string]string   // statements on the shadow, by those on the read model
}

// ErrPooled says that what is behind a transaction pooler cannot be used.
var ErrPooled = errors.New("this needs a session of its own: connect to the database itself, not to a transaction pooler")

// shadowOf makes the empty tables in a session of their own.
func (l *Log) shadowOf(ctx context.Context, tenant uuid.UUID, tables []Table) (*shadow, error) {
	conn, err := l.session(ctx, `set temp_buffers = '128MB'`)
	if err != nil {
		return nil, err
	}
	s := &shadow{conn: conn, tenant: tenant, tables: tables, project: l.project, heads: map[uuid.UUID]int64{}, moved: map[string]string{}}
	for _, t := range tables {
		_, err := conn.Exec(ctx, fmt.Sprintf(`create temp table %[1]s (like dcm.%[1]s including defaults, primary key (%[2]s))`,
			t.Name, strings.Join(t.Key, ", ")))
		if err != nil {
			return nil, errors.Join(classify("make the shadow of "+t.Name, err), s.close(ctx))
		}
	}
	return s, nil
}

func (s *shadow) close(ctx context.Context) error {
	return s.conn.Close(context.WithoutCancel(ctx))
}

// session opens a connection outside of the pool, for one who sets it up.
func (l *Log) session(ctx context.Context, setting string) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, l.pool.Config().ConnConfig)
	if err != nil {
		return nil, classify("connect to the database", err)
	}
	var pid uint32
	err = classify("ask who answers", conn.QueryRow(ctx, `select pg_backend_pid()`).Scan(&pid))
	if err == nil && pid != conn.PgConn().PID() { // it was somebody else who answered the connection
		err = ErrPooled
	}
	if err == nil {
		_, err = conn.Exec(ctx, setting+`; select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'`)
		err = classify("set up the session", err)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
}

// A batcher sends statements in one round trip: a connection, which makes a
// transaction of them, or a transaction.
type batcher interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// follow folds what the past has and the shadow has not, page by page.
func (s *shadow) follow(ctx context.Context, p *past) error {
	type read struct {
		facts []event.Envelope
		err   error
	}
	pages := make(chan read, 1) // one is read while another is folded
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		for range pages { // until the reader has let go of its connection
		}
	}()
	go func() {
		defer close(pages)
		for facts, err := range p.pages(ctx) {
			select {
			case pages <- read{facts, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for page := range pages {
		if page.err != nil {
			return page.err
		}
		if err := s.fold(ctx, s.conn, page.facts); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fold applies facts to the shadow. One that is in it already is passed over: what
// lies behind a snapshot is told by transaction ids, which mean nothing in a log
// that was moved from another server.
func (s *shadow) fold(ctx context.Context, to batcher, facts []event.Envelope) error {
	var b pgx.Batch
	for _, e := range facts {
		head := s.heads[e.Stream]
		if e.Version <= head {
			continue
		}
		if e.Version != head+1 {
			return fmt.Errorf("the log has a gap: version %d of stream %s follows version %d", e.Version, e.Stream, head)
		}
		s.heads[e.Stream] = e.Version
		s.facts++
		if e.Fact == nil {
			s.unread++
			continue
		}
		for _, statement := range s.project(e) {
			b.Queue(s.onShadow(statement.SQL), statement.Args...)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return classify("fold facts", to.SendBatch(ctx, &b).Close())
}

// onShadow is a projector's statement, for the temporary tables. Projectors name
// every table with its schema.
func (s *shadow) onShadow(sql string) string {
	moved, ok := s.moved[sql]
	if !ok {
		moved = strings.ReplaceAll(sql, "dcm.", "pg_temp.")
		s.moved[sql] = moved
	}
	return moved
}
