package migrate_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dcm.io/shared/migrate"
	"dcm.io/shared/pgtest"
	"github.com/jackc/pgx/v5"
)

// password is that of all clusters of tests: roles belong to the whole cluster.
const password = "dcm-test"

// empty makes a database without a schema beside the one of the test.
func empty(t *testing.T, db *pgtest.DB) string {
	t.Helper()
	u, err := url.Parse(db.Admin)
	if err != nil {
		t.Fatal(err)
	}
	u.Path += "_empty"
	admin := db.Connect(t, db.Admin)
	if _, err := admin.Exec(t.Context(), `create database `+strings.TrimPrefix(u.Path, "/")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(context.WithoutCancel(t.Context()), `drop database if exists `+strings.TrimPrefix(u.Path, "/")+` with (force)`); err != nil {
			t.Error(err)
		}
	})
	return u.String()
}

// TestUp makes a schema from nothing, by several at once, and again.
func TestUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	address := empty(t, db)
	// Roles belong to the server, so an earlier migration has set this already.
	if _, err := db.Connect(t, db.Admin).Exec(t.Context(), `alter role dcm_notify reset all`); err != nil {
		t.Fatal(err)
	}
	up := func() error {
		return migrate.Up(t.Context(), address, migrate.Options{Passwords: migrate.Same(password)})
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := up(); err != nil {
				t.Errorf("one of several at once: %v", err)
			}
		})
	}
	wg.Wait()
	if err := up(); err != nil {
		t.Errorf("once more: %v", err)
	}
	if made, template := shape(t, address), shape(t, db.Admin); made != template {
		t.Errorf("made\n%s\nwant\n%s", made, template)
	}
	for _, role := range migrate.Roles {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(role, password)
		conn, err := pgx.Connect(t.Context(), u.String())
		if err != nil {
			t.Errorf("%s cannot log in: %v", role, err)
			continue
		}
		var limits string
		err = conn.QueryRow(t.Context(), `select string_agg(current_setting(name), ' ' order by n) from unnest(array['statement_timeout', 'idle_in_transaction_session_timeout',
			'transaction_timeout', 'tcp_keepalives_idle', 'timezone']) with ordinality wanted (name, n)`).Scan(&limits)
		if err != nil || limits != "10s 10s 15s 15 UTC" {
			t.Errorf("%s may take %s, %v; a pooler does not pass on what clients ask for", role, limits, err)
		}
		_ = conn.Close(t.Context())
		u.User = url.UserPassword(role, "guessed")
		if _, err := pgx.Connect(t.Context(), u.String()); err == nil {
			t.Errorf("%s logs in with any password", role)
		}
	}
}

// shape lists what is in the schema, with owners and rights.
func shape(t *testing.T, address string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), `
		select relkind::text || ' ' || relname || ' ' || pg_get_userbyid(relowner) || ' ' || coalesce(relacl::text, '') from pg_class where relnamespace = 'dcm'::regnamespace
		union all select 'f ' || proname || ' ' || pg_get_userbyid(proowner) || ' ' || coalesce(proacl::text, '') from pg_proc where pronamespace = 'dcm'::regnamespace
		order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	cases := map[string]struct {
		address  string
		password string
		reason   string
	}{
		"NotAnAddress": {address: "postgres://%%", reason: "it is said at once"},
		"NoServer":     {address: "postgres://postgres@127.0.0.1:1/dcm", reason: "it is said at once"},
		"Function":     {address: db.URL("dcm_submit"), reason: "a function does not change the schema"},
		"Umlaut":       {address: db.Admin, password: "pässwort", reason: "clients disagree how to write it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := migrate.Up(t.Context(), tc.address, migrate.Options{Passwords: migrate.Same(tc.password)}); err == nil {
				t.Errorf("no error: %s", tc.reason)
			}
		})
	}
}
