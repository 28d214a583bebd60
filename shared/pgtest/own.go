package pgtest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"dcm.io/shared/migrate"
	"dcm.io/shared/postgres"
	"github.com/jackc/pgx/v5"
)

// A Server is a test's own, with one migrated database: what is done to it as a
// whole, to its cluster and its files, disturbs nobody.
type Server struct {
	*DB
	postgres *postgres.Server
	modules  string
}

// ownDatabase is the name of the database of a test's own server.
const ownDatabase = "dcm"

// NewServer starts a server for the test; it is gone when the test has ended.
func NewServer(t testing.TB) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setup)
	defer cancel()
	modules, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "dcm-pgtest-own-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := start(ctx, t, modules, dir)
	if err := migrate.Up(ctx, s.Admin, migrate.Options{Passwords: migrate.Same(rolePassword)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func start(ctx context.Context, t testing.TB, modules, dir string) *Server {
	t.Helper()
	p, err := postgres.Start(ctx, postgres.Config{Modules: modules, Dir: dir, Database: ownDatabase, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Close()
		_ = os.RemoveAll(p.Dir())
	})
	return &Server{&DB{Admin: p.URL(), name: ownDatabase}, p, modules}
}

// Backup copies the server as it is now. What the copy is restored to goes on from
// there, as after a recovery to this moment, or as a standby that had come so far:
// the same cluster, on a timeline of its own. The original is killed then.
func (s *Server) Backup(t testing.TB) (restore func() *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setup)
	defer cancel()
	copied := s.postgres.Dir() + "-copy"
	t.Cleanup(func() { _ = os.RemoveAll(copied) })
	if err := s.postgres.CopyTo(ctx, copied); err != nil {
		t.Fatal(err)
	}
	return func() *Server {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), setup)
		defer cancel()
		if err := s.postgres.Kill(); err != nil {
			t.Fatal(err)
		}
		restored := start(ctx, t, s.modules, copied)
		if err := promote(ctx, restored.Admin); err != nil {
			t.Fatal(err)
		}
		return restored
	}
}

func promote(ctx context.Context, admin string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `select pg_promote(true, 60)`); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	return nil
}
