package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dcm.io/shared/postgres"
	"github.com/jackc/pgx/v5"
)

const modules = "node_modules"

func TestClusterIsAsPromised(t *testing.T) {
	t.Parallel()
	s := start(t, stateDir(t))
	cases := map[string]struct {
		query, want, reason string
	}{
		"Version":     {"select current_setting('server_version_num')::int / 10000 || ''", "17", "production runs 17"},
		"Locale":      {"select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'dcm'", "b C.UTF-8", "sorting must not depend on the machine"},
		"Checksums":   {"show data_checksums", "on", "a torn page must be heard"},
		"Durable":     {"select current_setting('fsync') || ' ' || current_setting('synchronous_commit')", "on on", "crash tests must be honest"},
		"Connections": {"show max_connections", "100", ""},
		"WALSize":     {"show max_wal_size", "1GB", ""},
		"IdleTimeout": {"show idle_in_transaction_session_timeout", "10s", "a forgotten transaction must not hold the log's readers back"},
		"Passwords":   {"select left(rolpassword, 13) from pg_authid where rolname = 'postgres'", "SCRAM-SHA-256", ""},
		"Loopback":    {"show listen_addresses", "127.0.0.1", "nothing outside this machine may connect"},
		"Override":    {"show work_mem", "8MB", "the caller's settings are used"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := query(t, s, tc.query); got != tc.want {
				t.Errorf("%s: got %q, want %q; %s", tc.query, got, tc.want, tc.reason)
			}
		})
	}
}

func TestDataSurvives(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s := start(t, dir)
	query(t, s, "create table fact (n int); insert into fact values (1); select 'done'")
	port := s.Port()

	t.Run("Stop", func(t *testing.T) {
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		if s.Running() {
			t.Error("still runs after Stop")
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := query(t, s, "select count(*)::text from fact"); got != "1" {
			t.Errorf("%s facts, want 1", got)
		}
	})
	t.Run("Kill", func(t *testing.T) {
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(s.Dir(), "data", "postmaster.pid")); err != nil {
			t.Fatalf("a killed server leaves its lock file: %v", err)
		}
		if err := s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := query(t, s, "select count(*)::text from fact"); got != "1" {
			t.Errorf("%s facts, want 1", got)
		}
		if s.Port() != port {
			t.Errorf("port %d, want %d as before", s.Port(), port)
		}
	})
	t.Run("NextRun", func(t *testing.T) {
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		next := start(t, dir)
		if got := query(t, next, "select count(*)::text from fact"); got != "1" {
			t.Errorf("%s facts, want 1: the password and the data are kept", got)
		}
	})
}

func start(t *testing.T, dir string) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context(), postgres.Config{
		Modules: modules, Dir: dir, Database: "dcm", Settings: map[string]string{"work_mem": "8MB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if s.Dir() != dir {
			_ = os.RemoveAll(s.Dir())
		}
	})
	return s
}

// stateDir is below a directory that only we may enter, as a home directory is:
// run by root, the server has to move.
func stateDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "postgres")
}

func query(t *testing.T, s *postgres.Server, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	last := results[len(results)-1]
	if len(last.Rows) != 1 {
		t.Fatalf("%s: %d rows", sql, len(last.Rows))
	}
	return string(last.Rows[0][0])
}
