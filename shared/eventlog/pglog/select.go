package pglog

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Row is what a scan function reads from.
type Row = pgx.CollectableRow

// Select runs a query as the tenant, in one round trip, and collects its rows.
func Select[T any](ctx context.Context, l *Log, tenant uuid.UUID, scan func(Row) (T, error), sql string, args ...any) ([]T, error) {
	b := asTenant(tenant)
	var out []T
	collect(b.Queue(sql, args...), &out, scan)
	if err := l.pipeline(ctx, tenant, b, "read as tenant"); err != nil {
		return nil, err
	}
	return out, nil
}

// collect keeps the rows of a queued query, once it has run.
func collect[T any](q *pgx.QueuedQuery, out *[]T, scan func(Row) (T, error)) {
	q.Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, readable(scan))
		return err
	})
}

// Exec runs statements as the tenant, in one round trip and one transaction. It
// is for what is not part of the log: sessions and sealed credentials.
func (l *Log) Exec(ctx context.Context, tenant uuid.UUID, statements ...Statement) error {
	b := asTenant(tenant)
	for _, s := range statements {
		b.Queue(s.SQL, s.Args...)
	}
	return l.pipeline(ctx, tenant, b, "write as tenant")
}

// SelectAcross runs a query that names no tenant: only the narrow functions
// that give out names of work, and no data, answer it.
func SelectAcross[T any](ctx context.Context, l *Log, scan func(Row) (T, error), sql string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	rows, err := l.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, classify("look across tenants", err)
	}
	out, err := pgx.CollectRows(rows, readable(scan))
	return out, classify("look across tenants", err)
}

// readable tells a row that cannot be read from a connection that is lost.
func readable[T any](scan func(Row) (T, error)) func(Row) (T, error) {
	return func(row Row) (T, error) {
		v, err := scan(row)
		if err != nil {
			err = &rowError{err}
		}
		return v, err
	}
}
