package logchaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"dcm.io/shared/migrate"
	"dcm.io/shared/postgres"
	"github.com/jackc/pgx/v5"
)

// A server is a PostgreSQL of this process, with a template of the schema.
type server struct {
	*postgres.Server
	suite     Suite
	databases int
	standby   *server // follows this one; nil without
}

const template = "dcm_chaos_template"

// connectionLimit is what U8 is a share of.
const connectionLimit = 100

// start starts a server in dir. It is as careful as one in production: what is
// promised here must survive.
func (s Suite) start(ctx context.Context, dir string, settings map[string]string) (*server, error) {
	v, err := s.bare(ctx, dir, settings)
	if err != nil {
		return nil, err
	}
	// What an earlier run has left may be of other migrations.
	if err := v.run(ctx, `drop database if exists `+template, `create database `+template); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	if err := migrate.Up(ctx, v.DatabaseURL(template), migrate.Options{Passwords: migrate.Same(s.password)}); err != nil {
		return nil, errors.Join(fmt.Errorf("make the schema: %w", err), v.Close())
	}
	return v, nil
}

// bare starts a server in dir as it is.
func (s Suite) bare(ctx context.Context, dir string, settings map[string]string) (*server, error) {
	all := map[string]string{"max_connections": strconv.Itoa(connectionLimit), "max_prepared_transactions": "5", "shared_buffers": "64MB"}
	maps.Copy(all, settings)
	p, err := postgres.Start(ctx, postgres.Config{Modules: s.Modules, Dir: dir, Database: "postgres", Settings: all})
	if err != nil {
		return nil, err
	}
	return &server{Server: p, suite: s}, nil
}

// next makes a database of a name of its own.
func (s *server) next(ctx context.Context) (name string, err error) {
	s.databases++
	name = fmt.Sprintf("dcm_chaos_%d", s.databases)
	return name, s.make(ctx, name)
}

// make makes a database of the template.
func (s *server) make(ctx context.Context, name string) error {
	return s.run(ctx, `drop database if exists `+name+` with (force)`, `create database `+name+` template `+template)
}

func (s *server) run(ctx context.Context, statements ...string) error {
	conn, err := pgx.Connect(ctx, s.DatabaseURL("postgres"))
	if err != nil {
		return fmt.Errorf("make a database: %w", err)
	}
	defer conn.Close(ctx)
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make a database: %w", err)
		}
	}
	return nil
}

// ask asks the superuser for a number in a database.
func (s *server) ask(ctx context.Context, database, sql string, args ...any) (n int, err error) {
	conn, err := pgx.Connect(ctx, s.DatabaseURL(database))
	if err != nil {
		return 0, fmt.Errorf("connect as the superuser: %w", err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("as the superuser: %w", err)
	}
	return n, nil
}
