package pglog_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// behindProxy opens submit's log through a proxy.
func behindProxy(t *testing.T) (*pglog.Log, *proxy, *pgtest.DB) {
	t.Helper()
	db := pgtest.New(t)
	p, address := newProxy(t, db.URL("dcm_submit"))
	log, err := pglog.Open(t.Context(), pglog.Config{URL: address, MaxConns: 1}, readmodel.Project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Close)
	return log, p, db
}

// submission records a request in a stream of its own.
func submission(tenant uuid.UUID) eventlog.Record {
	return eventlog.Record{
		Key:    eventlog.Key{Tenant: tenant, Stream: uuid.Must(uuid.NewV7())},
		Cause:  eventlog.Cause{ID: "c1", CorrelationID: "c1", Actor: event.Person(person), By: event.Submit, At: time.Now()},
		Facts:  []event.Fact{event.RequestSubmitted{Requester: person, Name: "web-1", Size: "S", Justification: event.Sealed{Person: person, Box: []byte("box")}}},
		Timers: []eventlog.Timer{{Kind: "look", Due: time.Now().Add(time.Hour)}},
	}
}

var person = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")

func TestOneRoundTrip(t *testing.T) {
	t.Parallel()
	log, p, _ := behindProxy(t)
	tenant := uuid.Must(uuid.NewV7())
	cases := []struct {
		name string
		do   func() error
	}{
		{name: "Append", do: func() error { _, err := log.Append(t.Context(), submission(tenant)); return err }},
		{name: "Read", do: func() error { _, err := log.Read(t.Context(), submission(tenant).Key); return err }},
		{name: "Take", do: func() error {
			_, _, _, err := log.Take(t.Context(), event.Submit, tenant, uuid.New())
			return err
		}},
		{name: "TakeTimer", do: func() error {
			_, _, err := log.TakeTimer(t.Context(), event.Submit, submission(tenant).Key)
			return err
		}},
		{name: "Settle", do: func() error {
			return log.Settle(t.Context(), eventlog.Work{Key: submission(tenant).Key, Function: event.Submit, Kind: "look"})
		}},
		{name: "Owed", do: func() error { _, err := log.Owed(t.Context(), event.Submit, 10); return err }},
	}
	for _, tc := range cases { // one after the other: they share the connection whose messages are counted
		t.Run(tc.name, func(t *testing.T) {
			if err := tc.do(); err != nil { // the first prepares the statements
				t.Fatal(err)
			}
			before := p.waits.Load()
			if err := tc.do(); err != nil {
				t.Fatal(err)
			}
			if n := p.waits.Load() - before; n != 1 {
				t.Errorf("%d round trips, want 1: latency is what a person waits for", n)
			}
		})
	}
}

func TestDatabaseGoesAway(t *testing.T) {
	t.Parallel()
	log, p, _ := behindProxy(t)
	r := submission(uuid.Must(uuid.NewV7()))
	if _, err := log.Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	p.down()
	for name, do := range map[string]func() error{
		"Append": func() error { _, err := log.Append(t.Context(), submission(r.Key.Tenant)); return err },
		"Read":   func() error { _, err := log.Read(t.Context(), r.Key); return err },
		"Owed":   func() error { _, err := log.Owed(t.Context(), event.Submit, 1); return err },
		"Ready":  func() error { return log.Ready(t.Context()) },
	} {
		if err := do(); fault.KindOf(err) != fault.Transient {
			t.Errorf("%s without a database: %v, want a transient fault", name, err)
		}
	}
	p.up(t)
	if stream, err := log.Read(t.Context(), r.Key); err != nil || len(stream) != 1 {
		t.Errorf("after the database came back: %d facts, %v", len(stream), err)
	}
}

// TestSilence: a host or a firewall's memory is gone, and nobody is told. Whoever
// asks is told after a while, and the next one asks on another connection; the server
// ends what had begun, which would hold up all who follow the log.
func TestSilence(t *testing.T) {
	t.Parallel()
	log, p, db := behindProxy(t)
	tenant := uuid.Must(uuid.NewV7())
	if _, err := log.Append(t.Context(), submission(tenant)); err != nil {
		t.Fatal(err)
	}
	p.silent.Store(true)
	began := time.Now()
	if _, err := log.Append(t.Context(), submission(tenant)); fault.KindOf(err) != fault.Transient {
		t.Errorf("got %v, want a transient fault", err)
	}
	if waited := time.Since(began); waited > 20*time.Second {
		t.Errorf("nobody was told for %s", waited)
	}
	p.silent.Store(false)
	if _, err := log.Append(t.Context(), submission(tenant)); err != nil {
		t.Errorf("on another connection: %v", err)
	}
	admin := db.Connect(t, db.Admin)
	for open := 1; open > 0; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 40*time.Second {
			t.Fatal("the transaction is still open")
		}
		if err := admin.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and usename = 'dcm_submit' and xact_start is not null`).Scan(&open); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServerEndsConnections is a restart of the server as its clients see it.
func TestServerEndsConnections(t *testing.T) {
	t.Parallel()
	log, _, db := behindProxy(t)
	r := submission(uuid.Must(uuid.NewV7()))
	if _, err := log.Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		run(t, db, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'dcm_submit'`)
		_, err := log.Read(t.Context(), r.Key)
		if err != nil && fault.KindOf(err) != fault.Transient {
			t.Fatalf("got %v, want a transient fault or none", err)
		}
		if _, err := log.Read(t.Context(), r.Key); err != nil {
			t.Errorf("the next one: %v", err)
		}
	}
}

// TestAnswerLost is the worst moment: the append is committed, and nobody hears.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	log, p, db := behindProxy(t)
	tenant := uuid.Must(uuid.NewV7())
	if _, err := log.Append(t.Context(), submission(tenant)); err != nil {
		t.Fatal(err)
	}
	r := submission(tenant)
	p.mute.Store(true)
	if _, err := log.Append(t.Context(), r); fault.KindOf(err) != fault.Transient {
		t.Fatalf("got %v, want a transient fault", err)
	}
	p.mute.Store(false)
	committed, err := db.Log(t, event.Web).Read(t.Context(), r.Key)
	if err != nil || len(committed) != 1 {
		t.Fatalf("%d facts, %v; the test wants the append committed", len(committed), err)
	}
	again, err := log.Append(t.Context(), r)
	if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0], committed[0]) {
		t.Errorf("the repetition was answered %+v, %v; want what was committed", again, err)
	}
}

func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	log, _, _ := behindProxy(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := log.Read(ctx, submission(uuid.Must(uuid.NewV7())).Key)
	if !errors.Is(err, context.Canceled) || fault.KindOf(err) == fault.Transient {
		t.Errorf("got %v, want cancelled: the database is not to blame", err)
	}
}
