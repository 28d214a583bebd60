// Package pgtest gives each test a database of its own on a real PostgreSQL
// server: migrated once into a template and cloned from it. At the end of the
// test it is emptied for the next one, or dropped if the test has changed its
// schema.
//
// The server is the one that DCM_TEST_POSTGRES names (the address of a
// superuser, whose cluster then gets DCM's roles with the password of tests), or
// else one that the tests start themselves.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/jackc/pgx/v5"
)

// A DB is a migrated database that belongs to one test.
type DB struct {
	// Admin is the superuser's address of the database: no policy holds it back.
	Admin string

	name string
}

// setup bounds what is done around a test; a loaded machine is slow.
const setup = 2 * time.Minute

// New makes a database for the test; it is gone when the test has ended. A test
// without a server fails: nothing is proven by a test that did not run.
func New(t testing.TB) *DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setup)
	defer cancel()
	s, err := prepared(ctx)
	if err != nil {
		t.Fatalf("no PostgreSQL to test with: %v", err)
	}
	name, err := s.borrow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), setup)
		defer cancel()
		if err := s.giveBack(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return &DB{Admin: address(s.admin, nil, name), name: name}
}

// Role is the login role of a function.
func Role(f event.Function) string {
	return "dcm_" + strings.ReplaceAll(string(f), "-", "_")
}

// URL is the database's address for one of DCM's login roles, e.g. dcm_submit.
func (d *DB) URL(role string) string {
	return address(d.Admin, url.UserPassword(role, rolePassword), d.name)
}

// Log opens the event log with the read model as the function does: with its
// login and its rights.
func (d *DB) Log(t testing.TB, f event.Function) *pglog.Log {
	t.Helper()
	log, err := pglog.Open(context.Background(), pglog.Config{URL: d.URL(Role(f)), MaxConns: 4}, readmodel.Project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Close)
	return log
}

// Connect opens a plain connection for raw SQL, at URL or Admin.
func (d *DB) Connect(t testing.TB, address string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setup)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// address is base for another user (nil: the same) and database.
func address(base string, user *url.Userinfo, database string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // the server's own parser says what is wrong with it
	}
	if user != nil {
		u.User = user
	}
	u.Path = "/" + database
	return u.String()
}

func random() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}
