package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dcm.io/shared/event"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// buffers compares how many pages each statement looks at as web and without
// policies. What is explained is what the server says it was sent.
func (f filled) buffers(ctx context.Context, qs []reading) (rows []Row, err error) {
	admin, err := pgx.Connect(ctx, f.Admin)
	if err != nil {
		return nil, fmt.Errorf("connect to explain: %w", err)
	}
	defer func() { err = errors.Join(err, admin.Close(ctx)) }()
	web, err := pgx.Connect(ctx, f.As(event.Web))
	if err != nil {
		return nil, fmt.Errorf("connect to explain: %w", err)
	}
	defer func() { err = errors.Join(err, web.Close(ctx)) }()
	tenant := f.tenants[0]
	for _, q := range qs {
		sql, err := f.sent(ctx, admin, q, tenant)
		if err != nil {
			return nil, err
		}
		held, err := explained(ctx, web, tenant, sql, q.args(tenant))
		if err != nil {
			return nil, fmt.Errorf("explain the %s: %w", q.name, err)
		}
		free, err := explained(ctx, admin, tenant, sql, q.args(tenant))
		if err != nil {
			return nil, fmt.Errorf("explain the %s: %w", q.name, err)
		}
		rows = append(rows, Row{
			No: "8", Name: q.name + ", buffers / the same without row-level security", Value: held / free, Unit: "x",
			Gate: 2, Target: 1.2, Lower: true, Note: fmt.Sprintf("%.0f : %.0f", held, free),
		})
	}
	return rows, nil
}

// sent asks, and returns the statement that the asking connection sent last.
func (f filled) sent(ctx context.Context, admin *pgx.Conn, q reading, tenant uuid.UUID) (sql string, err error) {
	log, err := f.log(ctx, event.Web, 1)
	if err != nil {
		return "", err
	}
	defer log.Close()
	if _, err := q.ask(ctx, log, tenant); err != nil {
		return "", err
	}
	// The connection that explains is web's too, but has sent nothing since.
	err = admin.QueryRow(ctx, `select query from pg_stat_activity where datname = current_database() and usename = 'dcm_web'
		order by query_start desc nulls last limit 1`).Scan(&sql)
	return sql, err
}

// explained runs the statement twice and returns how many pages it looked at the
// second time, in memory or not.
func explained(ctx context.Context, conn *pgx.Conn, tenant uuid.UUID, sql string, args []any) (pages float64, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, tenant.String()); err != nil {
			return err
		}
		for range 2 {
			var text []byte
			if err := tx.QueryRow(ctx, `explain (analyze, buffers, format json) `+sql, args...).Scan(&text); err != nil {
				return err
			}
			var plans []struct {
				Plan struct {
					Hit  float64 `json:"Shared Hit Blocks"`
					Read float64 `json:"Shared Read Blocks"`
				}
			}
			if err := json.Unmarshal(text, &plans); err != nil {
				return err
			}
			pages = plans[0].Plan.Hit + plans[0].Plan.Read
		}
		return nil
	})
	return pages, err
}
