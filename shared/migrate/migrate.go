// Package migrate makes and widens the database: schema, roles, ownership. It is
// for dcmctl and for tests; functions never change the schema they run on.
package migrate

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"dcm.io/shared/eventlog/pglog"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Options of a migration.
type Options struct {
	// Passwords are given to login roles, by role. A role that is not named keeps
	// its password and its right to log in, for installations that hand them out
	// themselves.
	Passwords map[string]string
	Logger    *slog.Logger // nil: silence
}

// Same gives every login role the same password, for installations on one
// machine.
func Same(password string) map[string]string {
	all := map[string]string{}
	for _, role := range Roles {
		all[role] = password
	}
	return all
}

// Roles are the login roles, one for each function and one for dcmctl.
var Roles = []string{"dcm_submit", "dcm_approve", "dcm_provision", "dcm_notify", "dcm_audit_export", "dcm_web", "dcm_operator"}

// lock is the advisory lock that migrators of one database queue for: "dcm" in
// ASCII.
const lock = 0x64636d

// versions is the table of applied steps. It is no tenant's and so not in the
// schema dcm, where every table is under Row-Level Security.
const versions = "public.dcm_schema_versions"

// own.sql gives everything in the schema to dcm_owner.
//
//go:embed own.sql
var own string

// Up brings the database at url, which must name a superuser, to the newest
// schema. It may be repeated; of two at once one waits for the other.
func Up(ctx context.Context, url string, o Options) (err error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read database address: %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	// Closing the connection lets the lock go.
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var may bool
	if err := conn.QueryRow(ctx, `select rolsuper from pg_roles where rolname = current_user`).Scan(&may); err != nil {
		return fmt.Errorf("ask what this login may do: %w", err)
	}
	if !may {
		return errors.New("this login may not change the schema: DATABASE_URL must name a superuser")
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, lock); err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	if err := steps(ctx, config, o.Logger); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, own); err != nil {
		return fmt.Errorf("hand the schema to its owner: %w", err)
	}
	return setPasswords(ctx, conn, o.Passwords)
}

// steps applies the steps that the database does not have yet.
func steps(ctx context.Context, config *pgx.ConnConfig, logger *slog.Logger) (err error) {
	files, err := fs.Sub(pglog.Migrations, "migrations")
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	return up(ctx, db, files, logger)
}

func up(ctx context.Context, db *sql.DB, files fs.FS, logger *slog.Logger) error {
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithTableName(versions), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	applied, err := provider.Up(ctx)
	for _, step := range applied {
		logger.InfoContext(ctx, "migrated", "step", step.Source.Path, "took", step.Duration.String())
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
