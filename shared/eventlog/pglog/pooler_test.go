package pglog_test

import (
	"errors"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/eventlogtest"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/migrate"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// TestConformanceThroughPooler runs the suite as it runs in production: with
// fewer server connections than clients, and another client's transaction
// before and after each of ours.
func TestConformanceThroughPooler(t *testing.T) {
	t.Parallel()
	pooler := startPgBouncer(t, pgtest.New(t), 2)
	eventlogtest.Run(t, func(t *testing.T) eventlogtest.Fixture {
		db := pgtest.New(t)
		open := pooler.opener(t, db)
		return eventlogtest.Fixture{
			Open: func(f event.Function) eventlogtest.Store { return open(f) },
			Now:  time.Now,
			Elapse: func(d time.Duration) {
				run(t, db, `update dcm.work set held_until = held_until - $1::interval, not_before = not_before - $1::interval`, d)
			},
		}
	})
}

// TestUpkeepThroughPooler: temporary tables would be on one server connection and
// the next statement on another.
func TestUpkeepThroughPooler(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := startPgBouncer(t, db, 2).opener(t, db)(event.Operator)
	if _, err := log.CheckReadModel(t.Context(), uuid.New(), nil); !errors.Is(err, pglog.ErrPooled) {
		t.Errorf("got %v, want it refused", err)
	}
}

// TestLoginsThroughPooler: the server sees each function's own login, on which
// owed work and all rights hang, and the login's own limits, because a pooler
// does not pass on those that a client asks for.
func TestLoginsThroughPooler(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	pooler := startPgBouncer(t, db, 2)
	for _, role := range migrate.Roles {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			for name, address := range map[string]string{"pooled": pooler.url(t, db, role), "direct": db.URL(role)} {
				got := [5]string{}
				err := db.Connect(t, address).QueryRow(t.Context(), `select session_user, current_user, current_setting('statement_timeout'),
					current_setting('idle_in_transaction_session_timeout'), current_setting('timezone')`).Scan(&got[0], &got[1], &got[2], &got[3], &got[4])
				if want := [5]string{role, role, "10s", "10s", "UTC"}; err != nil || got != want {
					t.Errorf("%s: %v, %v, want %v", name, got, err, want)
				}
			}
		})
	}
}

// TestTenantStaysInItsTransaction: all clients share one server connection here,
// so whatever a transaction leaves behind, the next one finds.
func TestTenantStaysInItsTransaction(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	pooler := startPgBouncer(t, db, 1)
	open := pooler.opener(t, db)
	acme, other := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	r := submission(acme)
	if _, err := open(event.Submit).Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	first, second := db.Connect(t, pooler.url(t, db, "dcm_submit")), db.Connect(t, pooler.url(t, db, "dcm_submit"))
	if a, b := backend(t, first), backend(t, second); a != b {
		t.Fatalf("the clients are served by %d and %d, not by one connection", a, b)
	}
	cases := map[string]struct {
		before func() error
		reason string
	}{
		"AfterCommit": {reason: "a transaction has named the tenant and ended", before: func() error {
			return pgx.BeginFunc(t.Context(), first, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), `select set_config('dcm.tenant_id', $1, true)`, acme.String())
				return err
			})
		}},
		"AfterPipeline": {reason: "the log's own way", before: func() error {
			_, err := open(event.Submit).Read(t.Context(), r.Key)
			return err
		}},
		"AfterFailure": {reason: "the transaction was undone", before: func() error {
			var b pgx.Batch
			b.Queue(`select set_config('dcm.tenant_id', $1, true)`, acme.String())
			b.Queue(`select 1 / $1::int`, 0)
			if err := first.SendBatch(t.Context(), &b).Close(); err == nil {
				t.Error("a division by zero went well")
			}
			return nil
		}},
	}
	for name, tc := range cases { // one after the other: they share the connection
		if err := tc.before(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var n int
		if err := second.QueryRow(t.Context(), `select count(*) from dcm.facts`).Scan(&n); err == nil {
			t.Errorf("%s: another client reads %d facts without naming a tenant: %s", name, n, tc.reason)
		}
		if stream, err := open(event.Submit).Read(t.Context(), eventlog.Key{Tenant: other, Stream: r.Key.Stream}); err != nil || len(stream) != 0 {
			t.Errorf("%s: another tenant reads %d facts, %v: %s", name, len(stream), err, tc.reason)
		}
	}
}

// backend is the server process that answers the client.
func backend(t *testing.T, conn *pgx.Conn) (pid int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), `select pg_backend_pid()`).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	return pid
}
