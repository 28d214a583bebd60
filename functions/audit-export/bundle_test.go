package main

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

func TestExport(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.submitted(acme, 3)
	f.submitted(globex, 2)
	if got := f.ring(f.ask(acme)); got != http.StatusAccepted {
		t.Fatalf("doorbell answered %d", got)
	}
	exported := found[event.AuditExported](f, acme)
	if len(exported) != 1 || len(f.log.Debts(event.AuditExport)) != 0 {
		t.Fatalf("recorded %v, still owed %v", exported, f.log.Debts(event.AuditExport))
	}
	r := f.store.read(t, exported[0])
	if !r.Intact() || r.Facts != 7 || exported[0].Facts != 7 || r.Manifest.Tenant != acme {
		t.Errorf("bundle of %d facts of %s: %v", r.Facts, r.Manifest.Tenant, r.Problems)
	}
	if want := f.clock.now().Add(10 * 24 * time.Hour); !exported[0].LockedUntil.Equal(want) {
		t.Errorf("locked until %s, want %s", exported[0].LockedUntil, want)
	}
}

func TestRedeliveryAddsNothing(t *testing.T) {
	t.Parallel()
	f := setup(t)
	asked := f.ask(acme)
	f.ring(asked)
	before := len(f.log.Facts(acme))
	for range 3 {
		if got := f.ring(asked); got != http.StatusAccepted {
			t.Errorf("doorbell answered %d", got)
		}
		f.tick()
	}
	if after := len(f.log.Facts(acme)); after != before || f.store.puts != 1 {
		t.Errorf("%d facts became %d, %d uploads", before, after, f.store.puts)
	}
}

// The object that a dead process has uploaded is the bundle, although the log has
// grown since and would give another one.
func TestCrashAfterUpload(t *testing.T) {
	t.Parallel()
	f := setup(t)
	asked := f.ask(acme)
	f.flaky.refuse = 1
	if got := f.ring(asked); got != http.StatusServiceUnavailable {
		t.Fatalf("doorbell answered %d", got)
	}
	f.submitted(acme, 2)
	uploaded := f.store.objects[0]
	f.tick()
	exported := found[event.AuditExported](f, acme)
	if len(exported) != 1 || f.store.puts != 1 {
		t.Fatalf("recorded %v after %d uploads", exported, f.store.puts)
	}
	if got := exported[0]; got.SHA256 != uploaded.SHA256 || !got.LockedUntil.Equal(uploaded.LockedUntil) || got.Bytes != uploaded.Bytes {
		t.Errorf("recorded %+v, uploaded was %+v", got, uploaded)
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.store.down = true
	if got := f.ring(f.ask(acme)); got != http.StatusServiceUnavailable {
		t.Errorf("doorbell answered %d", got)
	}
	for range 30 { // half an hour
		f.tick()
	}
	owed := f.log.Debts(event.AuditExport)
	if len(owed) != 1 || owed[0].Dead || owed[0].Attempt < 20 {
		t.Fatalf("owed %+v", owed)
	}
	f.store.down = false
	f.tick()
	if got := found[event.AuditExported](f, acme); len(got) != 1 {
		t.Errorf("recorded %v once the store was back", got)
	}
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	f := setup(t)
	asked := f.ask(acme)
	w := eventlog.Work{Key: eventlog.Key{Tenant: asked.Tenant, Stream: asked.Stream}, Function: event.AuditExport, Fact: asked.ID}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := f.x.onRequested(t.Context(), asked, w); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := found[event.AuditExported](f, acme); len(got) != 1 {
		t.Errorf("recorded %v", got)
	}
}

// A bundle that cannot be made whole is not stored at all.
func TestLogFailsHalfWay(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.submitted(acme, 3)
	f.x.history = breaking{recorded{f.log}}
	if got := f.ring(f.ask(acme)); got != http.StatusServiceUnavailable {
		t.Errorf("doorbell answered %d", got)
	}
	if f.store.puts != 0 {
		t.Error("half a bundle was stored")
	}
}

type breaking struct{ history }

func (b breaking) Facts(ctx context.Context, tenant uuid.UUID, within eventlog.Extent, from, to time.Time) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		n := 0
		for e, err := range b.history.Facts(ctx, tenant, within, from, to) {
			if n++; n == 3 {
				yield(eventlog.Placed{}, errDown)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// What does not fit into the time for one piece of work says so in the end.
func TestPeriodTooLong(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.x.history = endless{recorded{f.log}}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := f.x.onRequested(ctx, f.ask(acme), eventlog.Work{})
	if !errors.Is(err, errTooLong) || fault.KindOf(err) == fault.Transient || f.store.puts != 0 {
		t.Errorf("%v, %d uploads", err, f.store.puts)
	}
}

type endless struct{ history }

func (endless) Facts(ctx context.Context, _ uuid.UUID, _ eventlog.Extent, _, _ time.Time) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		<-ctx.Done()
		yield(eventlog.Placed{}, errDown)
	}
}

// A stream that began before the period is tied to its predecessor in the log.
func TestPeriodBeginsWithinAStream(t *testing.T) {
	t.Parallel()
	f := setup(t)
	key := eventlog.Key{Tenant: acme, Stream: event.DeriveID(acme, "request")}
	head := eventlog.Head{}
	for i, fact := range []event.Fact{event.RequestSubmitted{}, event.RequestRetried{}} {
		made, err := f.log.Append(t.Context(), eventlog.Record{
			Key: key, Expect: head, Facts: []event.Fact{fact},
			Cause: eventlog.Cause{ID: string(rune('a' + i)), By: event.Submit, Actor: event.By(event.Submit), At: f.clock.now()},
		})
		if err != nil {
			t.Fatal(err)
		}
		head = eventlog.HeadOf(made)
		f.clock.advance(300 * 24 * time.Hour) // the period is the last year
	}
	f.ring(f.ask(acme))
	r := f.store.read(t, found[event.AuditExported](f, acme)[0])
	if !r.Intact() || r.Manifest.Continued != 1 || r.Facts != 2 {
		t.Errorf("%d facts, %d continued, %v", r.Facts, r.Manifest.Continued, r.Problems)
	}
}

// Not parallel: it moves the directory for temporary files.
func TestSpoolLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f := setup(t)
	f.ring(f.ask(acme))
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 || f.store.puts != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason string
		days   int
		ttl    time.Duration
		ok     bool
	}{
		"Default": {"seven years and five minutes", 2555, 5 * time.Minute, true},
		"NoLock":  {"a bundle without a lock proves nothing", 0, time.Minute, false},
		"Forever": {"S3 refuses links of more than a week", 1, 8 * 24 * time.Hour, false},
		"Instant": {"nobody could use it", 1, time.Millisecond, false},
	} {
		if err := new(exporter).keep(test.days, test.ttl); (err == nil) != test.ok {
			t.Errorf("%s: %v, though %s", name, err, test.reason)
		}
	}
}
