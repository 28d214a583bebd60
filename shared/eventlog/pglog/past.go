package pglog

import (
	"context"
	"errors"
	"iter"

	"dcm.io/shared/event"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A past is a tenant's log and read model as of one moment, and of the log what a
// moment before had not seen. It writes nothing: an open transaction that does
// would hold up the readers of the whole log.
type past struct {
	conn   *pgx.Conn
	tx     pgx.Tx
	tenant uuid.UUID
	moment string // as pg_snapshot
	after  string // the moment before; empty: the whole log is asked for
}

// pastOf begins to look at the tenant as it is now.
func (l *Log) pastOf(ctx context.Context, tenant uuid.UUID, after string) (*past, error) {
	// The moment lasts for as long as it is read; a page may wait for the fold.
	conn, err := l.session(ctx, `set statement_timeout = '5min'; set idle_in_transaction_session_timeout = '5min'`)
	if err != nil {
		return nil, err
	}
	p := &past{conn: conn, tenant: tenant, after: after}
	p.tx, err = conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err == nil {
		err = p.tx.QueryRow(ctx, `select pg_current_snapshot()::text from set_config('dcm.tenant_id', $1, true)`, tenant.String()).Scan(&p.moment)
	}
	if err != nil {
		return nil, errors.Join(classify("look at the log", err), p.close(ctx))
	}
	return p, nil
}

func (p *past) close(ctx context.Context) error {
	return p.conn.Close(context.WithoutCancel(ctx))
}

// pages yields the facts, in an order in which a stream's are in the order of
// their versions: an append numbers its facts, and is given its transaction id,
// after it has seen what it follows.
func (p *past) pages(ctx context.Context) iter.Seq2[[]event.Envelope, error] {
	if p.after != "" {
		return since(ctx, p.tx, p.tenant, p.after)
	}
	return inPages(ctx, p.tx, place{xid: "0", position: -1}, func(after place) (string, []any) {
		return selectAll, []any{p.tenant, after.position, pageSize}
	})
}

// since yields the facts that a moment had not seen.
func since(ctx context.Context, q querier, tenant uuid.UUID, moment string) iter.Seq2[[]event.Envelope, error] {
	return inPages(ctx, q, place{xid: "0", position: -1}, func(after place) (string, []any) {
		return selectSince, []any{tenant, moment, after.xid, after.position, pageSize}
	})
}

// selectSince reads the range of transactions from the index: in a log of a
// million facts it must not look at each of them while appends wait.
const (
	selectAll = `
select ` + columns + `, f.xid::text, f.position from dcm.facts f
where f.tenant_id = $1 and f.position > $2
order by f.position limit $3`

	selectSince = `
select ` + columns + `, f.xid::text, f.position from dcm.facts f
where f.tenant_id = $1 and f.xid >= pg_snapshot_xmin($2::text::pg_snapshot) and not pg_visible_in_snapshot(f.xid, $2::text::pg_snapshot)
  and (f.xid, f.position) > ($3::text::xid8, $4)
order by f.xid, f.position limit $5`
)

// A place in the log.
type place struct {
	xid      string
	position int64
}

// A querier is a transaction, or a connection outside of one.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func inPages(ctx context.Context, q querier, last place, sql func(after place) (string, []any)) iter.Seq2[[]event.Envelope, error] {
	return func(yield func([]event.Envelope, error) bool) {
		for more := true; more; {
			text, args := sql(last)
			rows, err := q.Query(ctx, text, args...)
			if err != nil {
				yield(nil, classify("read facts", err))
				return
			}
			facts, err := pgx.CollectRows(rows, func(row Row) (e event.Envelope, err error) {
				err = scanInto(row, &e, &last.xid, &last.position)
				return e, err
			})
			if !yield(facts, classify("read facts", err)) || err != nil {
				return
			}
			more = len(facts) == pageSize
		}
	}
}
