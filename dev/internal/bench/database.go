package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/migrate"
	"dcm.io/shared/postgres"
	"dcm.io/shared/readmodel"
	"github.com/jackc/pgx/v5"
)

// A Database is migrated, empty, and nobody else's.
type Database struct {
	Admin string                      // a superuser's address: no policy holds it back
	As    func(event.Function) string // a function's
}

// log opens the event log as a function, or as the superuser if that is empty.
func (d Database) log(ctx context.Context, f event.Function, conns int) (*pglog.Log, error) {
	address := d.Admin
	if f != "" {
		address = d.As(f)
	}
	return pglog.Open(ctx, pglog.Config{URL: address, MaxConns: int32(conns)}, readmodel.Project)
}

// A Server has databases to measure with, and nothing else: no function works on
// what was recorded, as on the running product they would.
type Server struct {
	postgres *postgres.Server
	password string
	made     int
}

// StartServer starts one in dir, from PostgreSQL's node_modules. It is as durable
// as any of ours, and has room for several pools of 32. With a delay each flush of
// the log takes so much longer, as on a disk that is farther away.
func StartServer(ctx context.Context, modules, dir string, delay time.Duration) (*Server, error) {
	settings := map[string]string{"max_connections": "300"}
	if delay > 0 {
		settings["commit_delay"], settings["commit_siblings"] = strconv.FormatInt(delay.Microseconds(), 10), "0"
	}
	p, err := postgres.Start(ctx, postgres.Config{Modules: modules, Dir: dir, Database: "bench", Settings: settings, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return &Server{postgres: p, password: rand.Text()}, nil
}

// Database makes a new one.
func (s *Server) Database(ctx context.Context) (d Database, err error) {
	s.made++
	name := fmt.Sprintf("bench_%d", s.made)
	conn, err := pgx.Connect(ctx, s.postgres.URL())
	if err != nil {
		return Database{}, fmt.Errorf("connect to make a database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, `create database `+name); err != nil {
		return Database{}, fmt.Errorf("make a database: %w", err)
	}
	admin := s.postgres.DatabaseURL(name)
	if err := migrate.Up(ctx, admin, migrate.Options{Passwords: migrate.Same(s.password)}); err != nil {
		return Database{}, err
	}
	return Database{Admin: admin, As: func(f event.Function) string {
		return s.postgres.RoleURL("dcm_"+strings.ReplaceAll(string(f), "-", "_"), s.password, name)
	}}, nil
}

// Close stops the server.
func (s *Server) Close() error { return s.postgres.Close() }
