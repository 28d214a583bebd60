package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"dcm.io/shared/migrate"
	"github.com/jackc/pgx/v5"
)

// rolePassword of all login roles in a cluster of tests.
const rolePassword = "dcm-test"

// lock is the advisory lock of making the template: "dcmt" in ASCII.
const lock = 0x64636d74

// A cluster is a server with a migrated template on it.
type cluster struct {
	admin    string // a superuser's address of the maintenance database
	template string
	spare    *pool // nil on a server that is not ours: nothing is left there
}

// prepared is the one cluster of this process.
var prepared = func() func(context.Context) (*cluster, error) {
	var once sync.Once
	var c *cluster
	var err error
	return func(ctx context.Context) (*cluster, error) {
		once.Do(func() { c, err = prepare(ctx) })
		return c, err
	}
}()

func prepare(ctx context.Context) (*cluster, error) {
	admin := os.Getenv("DCM_TEST_POSTGRES")
	var spare *pool
	if admin == "" {
		var err error
		if admin, err = startServer(ctx); err != nil {
			return nil, err
		}
		spare = new(pool)
	}
	template, err := templateName()
	if err != nil {
		return nil, err
	}
	c := &cluster{admin: admin, template: template, spare: spare}
	if err := c.makeTemplate(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// templateName changes with the migrations, so that an old template is never
// taken for the new one.
func templateName() (string, error) {
	made, err := migrate.Fingerprint()
	return "dcm_template_" + made, err
}

// makeTemplate migrates the template unless that was done before, by this or by
// another process. It is made aside and renamed at the end.
func (c *cluster) makeTemplate(ctx context.Context) error {
	return c.do(ctx, "make the template database", func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, lock); err != nil {
			return err
		}
		var made bool
		if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, c.template).Scan(&made); err != nil || made {
			return err
		}
		draft := c.template + "_draft"
		if err := exec(ctx, conn, `drop database if exists `+draft+` with (force)`, `create database `+draft); err != nil {
			return err
		}
		if err := migrate.Up(ctx, address(c.admin, nil, draft), migrate.Options{Passwords: migrate.Same(rolePassword)}); err != nil {
			return err
		}
		return exec(ctx, conn, `alter database `+draft+` rename to `+c.template)
	})
}

func (c *cluster) clone(ctx context.Context, name string) error {
	return c.do(ctx, "clone the template database", func(conn *pgx.Conn) error {
		return exec(ctx, conn, `create database `+name+` template `+c.template)
	})
}

func (c *cluster) drop(ctx context.Context, name string) error {
	return c.do(ctx, "drop the test's database", func(conn *pgx.Conn) error {
		return exec(ctx, conn, `drop database if exists `+name+` with (force)`)
	})
}

// do runs a piece of administration on a connection of its own.
func (c *cluster) do(ctx context.Context, attempted string, work func(*pgx.Conn) error) (err error) {
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return fmt.Errorf("%s: %w", attempted, err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if err := work(conn); err != nil {
		return fmt.Errorf("%s: %w", attempted, err)
	}
	return nil
}

func exec(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
