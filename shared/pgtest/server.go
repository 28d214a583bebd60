package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"dcm.io/shared/postgres"
	"github.com/jackc/pgx/v5"
)

// errNoSource says that the test binary was built without paths.
var errNoSource = errors.New("cannot tell where the checkout is; set DCM_TEST_POSTGRES to a superuser's address")

// settings trade durability for speed: what tests write need not survive.
var settings = map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

// startServer starts a PostgreSQL server for this process and returns the
// superuser's address of its maintenance database. The server ends with the
// process; what it holds stays, so that the next run need not make it again.
func startServer(ctx context.Context) (string, error) {
	modules, err := installed()
	if err != nil {
		return "", err
	}
	dir, err := claimDir()
	if err != nil {
		return "", err
	}
	s, err := postgres.Start(context.WithoutCancel(ctx), postgres.Config{
		Modules: modules, Dir: dir, Database: "postgres", Settings: settings,
	})
	if err != nil {
		return "", err
	}
	return s.URL(), sweep(ctx, s.URL())
}

// installed is where PostgreSQL's binaries are.
func installed() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errNoSource
	}
	modules := filepath.Join(filepath.Dir(here), "..", "postgres", "node_modules")
	if _, err := os.Stat(modules); err != nil {
		return "", fmt.Errorf("PostgreSQL is not installed: run `npm ci --ignore-scripts` in shared/postgres, or set DCM_TEST_POSTGRES: %w", err)
	}
	return modules, nil
}

// sweep drops what tests have left that were killed, and templates of other
// migrations.
func sweep(ctx context.Context, admin string) error {
	template, err := templateName()
	if err != nil {
		return err
	}
	c := &cluster{admin: admin, template: template}
	return c.do(ctx, "drop what was left", func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `select datname::text from pg_database where datname ~ '^dcm_(test|template)_' and datname <> $1`, template)
		if err != nil {
			return err
		}
		left, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range left {
			if err := exec(ctx, conn, `drop database if exists `+pgx.Identifier{name}.Sanitize()+` with (force)`); err != nil {
				return err
			}
		}
		return nil
	})
}
