package logchaos

import (
	"context"
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
}

const template = "dcm_chaos_template"

// connectionLimit is what U8 is a share of.
const connectionLimit = 100

// start starts a server in dir. It is as careful as one in production: what is
// promised here must survive.
func (s Suite) start(ctx context.Context, dir string, settings map[string]string) (*server, error) {
	all := map[string]string{"max_connections": strconv.Itoa(connectionLimit), "max_prepared_transactions": "5", "shared_buffers": "64MB"}
	maps.Copy(all, settings)
	p, err := postgres.Start(ctx, postgres.Config{Modules: s.Modules, Dir: dir, Database: template, Settings: all})
	if err != nil {
		return nil, err
	}
	if err := migrate.Up(ctx, p.URL(), migrate.Options{Passwords: migrate.Same(s.password)}); err != nil {
		return nil, fmt.Errorf("make the schema: %w", err)
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
	conn, err := pgx.Connect(ctx, s.DatabaseURL("postgres"))
	if err != nil {
		return fmt.Errorf("make a database: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `create database `+name+` template `+template); err != nil {
		return fmt.Errorf("make a database: %w", err)
	}
	return nil
}
