// Package pglog keeps the event log, owed work and read model in PostgreSQL,
// under forced Row-Level Security. It is the one door to the database: every
// statement runs in a transaction that names the tenant first, in the same
// round trip.
package pglog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Config says where the database is: by URL, or in parts as operators have it.
type Config struct {
	URL      string `env:"DATABASE_URL"`
	Host     string `env:"DB_HOST"`
	Port     string `env:"DB_PORT, default=5432"`
	Name     string `env:"DB_NAME, default=dcm"`
	User     string `env:"DB_USER"`
	Password string `env:"DB_PASSWORD"`
	// MaxConns bounds the pool. Functions scale by processes: small pools in many
	// processes, behind a transaction pooler.
	MaxConns int32 `env:"DB_MAX_CONNS, default=2"`
}

func (c Config) address() (string, error) {
	switch {
	case c.URL != "":
		return c.URL, nil
	case c.Host != "":
		u := url.URL{Scheme: "postgres", User: url.UserPassword(c.User, c.Password), Host: net.JoinHostPort(c.Host, c.Port), Path: "/" + c.Name}
		return u.String(), nil
	}
	return "", errors.New("no database: set DATABASE_URL, or DB_HOST, DB_NAME, DB_USER and DB_PASSWORD")
}

// A Statement is one change of the read model.
type Statement struct {
	SQL  string
	Args []any
}

// A Projector says what a fact changes in the read model. Its statements run in
// the transaction of the append, in order.
type Projector func(event.Envelope) []Statement

// A Log is the event log in PostgreSQL. It implements eventlog.Log,
// eventlog.Ledger and vault.Keys, and is safe for concurrent use.
type Log struct {
	pool    *pgxpool.Pool
	project Projector
}

// Timeouts of a connection; a statement that hangs must not hold a person. A
// transaction pooler does not pass them on, so the migration gives the same to
// every login (shared/migrate/own.sql).
const (
	connectTimeout   = 5 * time.Second
	statementTimeout = "10s"
	idleInTx         = "10s"

	// answerLimit bounds a round trip, the wait for a connection included. It is for
	// what no server says: that its host is gone. The kernel would wait for minutes,
	// and the function with it, whose few connections would all be such.
	answerLimit = 12 * time.Second
	// leaveLimit bounds how long a connection that was given up keeps its place in the
	// pool: pgx asks the server to cancel, and waits for its goodbye.
	leaveLimit = 3 * time.Second
)

// takeLeave does not let a server keep us that does not answer any more. It runs
// before the pool gives the connection's place to another.
func takeLeave(conn *pgx.Conn) {
	if !conn.IsClosed() {
		return
	}
	select {
	case <-conn.PgConn().CleanupDone():
	case <-time.After(leaveLimit):
		_ = conn.PgConn().Conn().Close() // what waits for it is told
	}
}

// Open prepares a log. It does not dial: the first statement does, so that a
// function listens before the database has answered.
func Open(ctx context.Context, c Config, project Projector) (*Log, error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	pc, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	pc.MaxConns = max(c.MaxConns, 1)
	pc.MinConns = 0
	pc.ConnConfig.ConnectTimeout = connectTimeout
	pc.ConnConfig.DialFunc = (&net.Dialer{Timeout: leaveLimit}).DialContext // also to cancel what runs, for which pgx has more patience
	pc.BeforeClose = takeLeave
	pc.ConnConfig.RuntimeParams["statement_timeout"] = statementTimeout
	pc.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = idleInTx
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pc.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerUUID(conn.TypeMap())
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("make database pool: %w", err)
	}
	return &Log{pool: pool, project: project}, nil
}

// Warm dials in the background, so that the first request need not.
func (l *Log) Warm(ctx context.Context) {
	go func() { _ = l.pool.Ping(ctx) }() // a database that is away is met by the first statement
}

// Ready reports whether the database answers and has the schema that this
// program was built for, or a newer one: schemas only widen. So new code gets no
// traffic before the migration has run.
func (l *Log) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	var have int64
	if err := l.pool.QueryRow(ctx, schemaVersion).Scan(&have); err != nil {
		return classify("ask for the schema's version", err)
	}
	if want := builtFor(); have < want {
		return fault.New(fault.Transient, "schema_older", "The database is being brought up to date.").
			Because(fmt.Errorf("the schema is at step %d, this program needs %d: run dcmctl migrate", have, want))
	}
	return nil
}

const schemaVersion = `select coalesce(max(version_id), 0) from public.dcm_schema_versions where is_applied`

// Close ends all connections, after what runs on them.
func (l *Log) Close() { l.pool.Close() }

// setTenant names the tenant for the rest of the transaction, and only for it.
const setTenant = `select set_config('dcm.tenant_id', $1, true)`

// asTenant begins a batch that runs as the tenant.
func asTenant(tenant uuid.UUID) *pgx.Batch {
	var b pgx.Batch
	b.Queue(setTenant, tenant.String())
	return &b
}

// pipeline sends the tenant's batch as one round trip. Without BEGIN the server
// makes one transaction of it, and undoes all of it if a statement fails.
func (l *Log) pipeline(ctx context.Context, tenant uuid.UUID, b *pgx.Batch, attempted string) error {
	if tenant == uuid.Nil {
		return eventlog.ErrNoTenant
	}
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	return classify(attempted, l.pool.SendBatch(ctx, b).Close())
}
