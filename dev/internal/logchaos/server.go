package logchaos

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"

	"dcm.io/shared/migrate"
	"dcm.io/shared/postgres"
	"github.com/jackc/pgx/v5"
)

// A server is the PostgreSQL of this process, with a template of the schema.
type server struct {
	*postgres.Server
	password  string // of every login
	databases int
}

const template = "dcm_chaos_template"

// connectionLimit is what U8 is a share of.
const connectionLimit = 100

// start starts a server in dir. It is as careful as one in production: what is
// promised here must survive.
func start(ctx context.Context, modules, dir string) (*server, error) {
	p, err := postgres.Start(ctx, postgres.Config{
		Modules: modules, Dir: dir, Database: template,
		Settings: map[string]string{"max_connections": strconv.Itoa(connectionLimit), "max_prepared_transactions": "5", "shared_buffers": "64MB"},
	})
	if err != nil {
		return nil, err
	}
	s := &server{Server: p, password: rand.Text()}
	if err := migrate.Up(ctx, s.URL(), migrate.Options{Passwords: migrate.Same(s.password)}); err != nil {
		return nil, fmt.Errorf("make the schema: %w", err)
	}
	return s, nil
}

// database makes a new one of the template.
func (s *server) database(ctx context.Context) (name string, err error) {
	s.databases++
	name = fmt.Sprintf("dcm_chaos_%d", s.databases)
	conn, err := pgx.Connect(ctx, s.DatabaseURL("postgres"))
	if err != nil {
		return "", fmt.Errorf("make a database: %w", err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{`drop database if exists ` + name + ` with (force)`, `create database ` + name + ` template ` + template} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", fmt.Errorf("make a database: %w", err)
		}
	}
	return name, nil
}
