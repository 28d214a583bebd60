package checker

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"dcm.io/shared/migrate"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Canaries are words that only one tenant has said, by tenant.
type Canaries map[uuid.UUID]string

// Apart is U7 in the database: no row of a tenant has another's canary; no login,
// nor the owner of the tables, sees or writes what is not of the tenant that it
// has named. conn is the superuser's. Beside the violations it tells how many
// attempts were made.
func Apart(ctx context.Context, conn *pgx.Conn, canaries Canaries) (violations []Violation, tried int, err error) {
	names, err := tables(ctx, conn)
	if err != nil {
		return nil, 0, err
	}
	f := found{check: U7}
	for tenant, canary := range canaries {
		for _, table := range names {
			var n int
			err := conn.QueryRow(ctx, `select count(*) from dcm.`+table+` x where tenant_id <> $1 and (x::text like '%' || $2 || '%' or x::text like '%' || $3 || '%')`,
				tenant, canary, hex.EncodeToString([]byte(canary))).Scan(&n)
			if err != nil {
				return nil, tried, fmt.Errorf("look for the canary in %s: %w", table, err)
			}
			if tried++; n > 0 {
				f.add("%d rows of others in %s have the canary of tenant %s", n, table, tenant)
			}
		}
		for _, role := range append([]string{"dcm_owner"}, migrate.Roles...) {
			for _, table := range names {
				tried += 2
				if err := probe(ctx, conn, &f, role, table, tenant, canaries.other(tenant)); err != nil {
					return nil, tried, err
				}
			}
		}
	}
	return f.all, tried, nil
}

func (c Canaries) other(than uuid.UUID) uuid.UUID {
	for t := range c {
		if t != than {
			return t
		}
	}
	return uuid.New()
}

// probe acts as a role that has named a tenant: it looks for rows of others, and
// tries to write copies of its own rows in the other's name.
func probe(ctx context.Context, conn *pgx.Conn, f *found, role, table string, tenant, other uuid.UUID) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("probe %s as %s: %w", table, role, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // nothing of this shall stay
	if _, err := tx.Exec(ctx, `select set_config('role', $1, true), set_config('dcm.tenant_id', $2, true), set_config('lock_timeout', '2s', true)`, role, tenant.String()); err != nil {
		return fmt.Errorf("probe %s as %s: %w", table, role, err)
	}
	var columns string
	if err := tx.QueryRow(ctx, `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
		where attrelid = ('dcm.' || $1)::regclass and attnum > 0 and not attisdropped and attidentity = '' and attname <> all ('{xid,recorded_at}')`, table).Scan(&columns); err != nil {
		return fmt.Errorf("probe %s as %s: %w", table, role, err)
	}
	var n int
	switch err := within(ctx, tx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from dcm.`+table+` where tenant_id <> $1`, tenant).Scan(&n)
	}); {
	case err != nil && !refused(err):
		return fmt.Errorf("read %s as %s: %w", table, role, err)
	case n > 0:
		f.add("%s as tenant %s sees %d rows of others in %s", role, tenant, n, table)
	}
	err = within(ctx, tx, func(tx pgx.Tx) error {
		made, err := tx.Exec(ctx, fmt.Sprintf(`insert into dcm.%[1]s (%[2]s)
			select %[3]s from dcm.%[1]s x, lateral jsonb_populate_record(null::dcm.%[1]s, to_jsonb(x) || jsonb_build_object('tenant_id', $2::uuid)) y
			where x.tenant_id = $1 limit 1`, table, columns, "y."+strings.ReplaceAll(columns, ", ", ", y.")), tenant, other)
		if err == nil && made.RowsAffected() > 0 {
			f.add("%s as tenant %s writes a row of tenant %s into %s", role, tenant, other, table)
		}
		return err
	})
	if err != nil && !refused(err) {
		return fmt.Errorf("write %s as %s: %w", table, role, err)
	}
	return nil
}

// within runs a piece of a transaction that may fail without the rest.
func within(ctx context.Context, tx pgx.Tx, run func(pgx.Tx) error) error {
	inner, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	return errors.Join(run(inner), inner.Rollback(ctx))
}

// refused reports whether an error is the database's no: a right or a policy.
func refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

// Words is U7 of what is said: nobody is told another's canary, and logs and
// metrics have nobody's.
func Words(canaries Canaries, toldTo map[uuid.UUID][]string, public map[string]string) []Violation {
	f := found{check: U7}
	for tenant, canary := range canaries {
		for listener, texts := range toldTo {
			for _, text := range texts {
				if listener != tenant && strings.Contains(text, canary) {
					f.add("tenant %s was told the canary of %s: %s", listener, tenant, short(text))
				}
			}
		}
		for where, text := range public {
			if at := strings.Index(text, canary); at >= 0 {
				f.add("%s has the canary of tenant %s: %s", where, tenant, short(text[max(0, at-80):min(len(text), at+80)]))
			}
		}
	}
	return f.all
}
