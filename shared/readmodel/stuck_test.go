package readmodel_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// age makes all work of a stream due that much earlier.
func (b *bench) age(stream uuid.UUID, by time.Duration) {
	b.t.Helper()
	admin := b.db.Connect(b.t, b.db.Admin)
	if _, err := admin.Exec(b.t.Context(), `update dcm.work set due_at = due_at - $2::interval where stream_id = $1`, stream, by); err != nil {
		b.t.Fatal(err)
	}
}

// fails lets a function try what it owes of a request's first fact, in vain.
func (b *bench) fails(f event.Function, tenant, request uuid.UUID, reason string, dead bool) {
	b.t.Helper()
	stream, err := b.log(f).Read(b.t.Context(), eventlog.Key{Tenant: tenant, Stream: request})
	if err != nil {
		b.t.Fatal(err)
	}
	w, _, ok, err := b.log(f).Take(b.t.Context(), f, tenant, stream[0].ID)
	if err != nil || !ok {
		b.t.Fatal(ok, err)
	}
	if err := b.log(f).Fail(b.t.Context(), w, reason, time.Hour, dead); err != nil {
		b.t.Fatal(err)
	}
}

func TestStuck(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.Stuck{Log: b.web}
	list := func(tenant uuid.UUID, state string) []readmodel.StuckWork {
		t.Helper()
		rows, err := q.List(t.Context(), tenant, state, readmodel.Mark{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	dead := b.submit(acme, ada, "dead", noon)
	b.fails(event.Notify, acme, dead, "no template", true)
	b.submit(acme, ada, "on-its-way", noon)
	if rows := list(acme, ""); len(rows) != 1 {
		t.Fatalf("got %+v: what was owed just now is not stuck, what is dead is so at once", rows)
	}
	w := list(acme, readmodel.Dead)[0]
	if w.State != readmodel.Dead || w.Function != event.Notify || w.Stream != dead || w.Type != "io.dcm.request.submitted.v1" || w.Fact == uuid.Nil ||
		w.Timer != "" || w.Request != "dead" || w.Attempts != 1 || w.Reason != "no template" || w.NextTry != nil || w.Since.IsZero() {
		t.Errorf("got %+v", w)
	}

	b.age(dead, 6*time.Minute) // approve has not come to it, either
	rows := list(acme, readmodel.Overdue)
	if len(rows) != 1 || rows[0].Function != event.Approve || rows[0].State != readmodel.Overdue || rows[0].Attempts != 0 || rows[0].Reason != "" || rows[0].NextTry == nil {
		t.Errorf("got %+v, want what approve owes for six minutes", rows)
	}
	b.fails(event.Approve, acme, dead, "the database is away", false)
	if w := list(acme, readmodel.Overdue)[0]; w.Attempts != 1 || w.Reason != "the database is away" || time.Until(*w.NextTry) < 50*time.Minute {
		t.Errorf("got %+v, want it tried again in an hour", w)
	}
	if rows := list(acme, ""); len(rows) != 2 {
		t.Errorf("got %+v, want both states", rows)
	}
	if n, err := q.CountDead(t.Context(), acme); n != 1 || err != nil {
		t.Errorf("counted %d dead letters, %v", n, err)
	}
	if rows := list(globex, ""); len(rows) != 0 {
		t.Errorf("another tenant sees %+v", rows)
	}
	if n, err := q.CountDead(t.Context(), globex); n != 0 || err != nil {
		t.Errorf("another tenant counted %d dead letters, %v", n, err)
	}
}

// TestStuckTimers: a timer that was set long ago and goes off later is no debt.
func TestStuckTimers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stream := uuid.New()
	_, err := b.log(event.Notify).Append(t.Context(), eventlog.Record{
		Key: eventlog.Key{Tenant: acme, Stream: stream}, Cause: eventlog.Cause{ID: "promise", By: event.Notify},
		Timers: []eventlog.Timer{{Kind: "mail:1", Due: time.Now().Add(-time.Hour)}, {Kind: "mail:2", Due: time.Now().Add(time.Hour)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readmodel.Stuck{Log: b.web}.List(t.Context(), acme, "", readmodel.Mark{}, 10)
	if err != nil || len(rows) != 1 || rows[0].Timer != "mail:1" || rows[0].Fact != uuid.Nil || rows[0].Type != "" || rows[0].Request != "" {
		t.Errorf("got %+v, %v", rows, err)
	}
}

func TestStuckPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var want []uuid.UUID
	for i := range 5 {
		id := b.submit(acme, ada, "n"+strconv.Itoa(i), noon)
		b.fails(event.Notify, acme, id, "no", true)
		b.age(id, time.Minute) // less than it takes to be overdue: approve's half does not count
		want = append(want, id)
	}
	var seen []uuid.UUID
	for after := (readmodel.Mark{}); ; {
		rows, err := readmodel.Stuck{Log: b.web}.List(t.Context(), acme, "", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range rows {
			seen = append(seen, w.Stream)
			after = readmodel.Mark{At: w.Since, ID: w.ID}
		}
		if len(rows) < 2 {
			break
		}
	}
	if !slices.Equal(seen, want) {
		t.Errorf("paged through %v, want %v: oldest first, each once", seen, want)
	}
}
