package eventlogtest

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// A bundle is a log with a tenant and a stream to play with.
type bundle struct {
	Fixture
	tenant uuid.UUID
	key    eventlog.Key
}

// person is somebody; who does not matter to a log.
var person = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")

// Facts of three producers. Submitted is owed to approve and notify, opened to
// notify, started to nobody.
var (
	submitted = event.RequestSubmitted{
		Requester: person, Project: "billing", Name: "web-1", Template: "ubuntu-24.04", OS: "linux", Size: "S",
		VCPU: 2, RAMGiB: 4, DiskGiB: 50, Network: "dmz", LeaseDays: 30, MonthlyCents: 4200, Currency: "EUR",
		Connection:    uuid.MustParse("0197f3a0-0000-5000-8000-000000000002"),
		Justification: event.Sealed{Person: person, Box: []byte("sealed <&> text")},
	}
	withdrawn = event.RequestWithdrawn{By: person}
	opened    = event.ApprovalOpened{
		Role: "approver", Receipt: event.Receipt{Policy: "default", Version: 1, Rule: "needs-approver", Outcome: "require"},
		RemindAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), DueAt: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC),
	}
	reminded = event.ApprovalReminded{DueAt: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)}
	granted  = event.ApprovalGranted{Automatic: true, Receipt: event.Receipt{Policy: "default", Outcome: "approve"}}
)

// by is a cause of the function's.
func (b bundle) by(f event.Function, id string) eventlog.Cause {
	return eventlog.Cause{
		ID: id, CorrelationID: "root", Actor: event.By(f), By: f, At: b.Now(),
		TraceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
}

// after is a record by f at the end of the stream as it is now.
func (b bundle) after(t *testing.T, f event.Function, cause string, facts ...event.Fact) eventlog.Record {
	t.Helper()
	return eventlog.Record{Key: b.key, Expect: eventlog.HeadOf(b.read(t)), Cause: b.by(f, cause), Facts: facts}
}

func (b bundle) read(t *testing.T) []event.Envelope {
	t.Helper()
	stream, err := b.Open(event.Submit).Read(t.Context(), b.key)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return stream
}

// append records facts at the end of the stream.
func (b bundle) append(t *testing.T, f event.Function, cause string, facts ...event.Fact) []event.Envelope {
	t.Helper()
	return b.record(t, b.after(t, f, cause, facts...))
}

func (b bundle) record(t *testing.T, r eventlog.Record) []event.Envelope {
	t.Helper()
	recorded, err := b.Open(r.Cause.By).Append(t.Context(), r)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return recorded
}

// take leases a fact that must be there to be taken.
func (b bundle) take(t *testing.T, f event.Function, id uuid.UUID) eventlog.Work {
	t.Helper()
	w, _, ok, err := b.Open(f).Take(t.Context(), f, b.tenant, id)
	if err != nil || !ok {
		t.Fatalf("%s takes %s: %v, %v", f, id, ok, err)
	}
	return w
}

// cannotTake makes sure that there is nothing to be taken.
func (b bundle) cannotTake(t *testing.T, f event.Function, id uuid.UUID, reason string) {
	t.Helper()
	_, _, ok, err := b.Open(f).Take(t.Context(), f, b.tenant, id)
	if err != nil {
		t.Fatalf("take: %v", err)
	}
	if ok {
		t.Errorf("%s was given %s: %s", f, id, reason)
	}
}

// owed is what f owes to the bundle's tenant.
func (b bundle) owed(t *testing.T, f event.Function) []eventlog.Work {
	t.Helper()
	all, err := b.Open(f).Owed(t.Context(), f, 100)
	if err != nil {
		t.Fatalf("owed: %v", err)
	}
	return all
}

// promise sets timers of f and nothing else.
func (b bundle) promise(t *testing.T, f event.Function, timers ...eventlog.Timer) {
	t.Helper()
	b.record(t, eventlog.Record{Key: b.key, Cause: b.by(f, "promise"), Timers: timers})
}

// takeTimer leases the stream's earliest timer; none is no error.
func (b bundle) takeTimer(t *testing.T, f event.Function) (eventlog.Work, bool) {
	t.Helper()
	w, ok, err := b.Open(f).TakeTimer(t.Context(), f, b.key)
	if err != nil {
		t.Fatalf("take timer: %v", err)
	}
	return w, ok
}

// mustTakeTimer leases a timer of the kind that must be there to be taken.
func (b bundle) mustTakeTimer(t *testing.T, f event.Function, kind string) eventlog.Work {
	t.Helper()
	w, ok := b.takeTimer(t, f)
	if !ok || w.Kind != kind {
		t.Fatalf("took timer %q (%v), want %q", w.Kind, ok, kind)
	}
	return w
}

// ago and in are moments of a timer, as exact as a log keeps them.
func (b bundle) ago(d time.Duration) time.Time { return b.in(-d) }

func (b bundle) in(d time.Duration) time.Time {
	return b.Now().UTC().Add(d).Truncate(time.Microsecond)
}
