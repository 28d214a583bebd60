package eventlogtest

import (
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// die makes a dead letter of a fact that notify owes.
func (b bundle) die(t *testing.T) eventlog.Work {
	t.Helper()
	w := b.take(t, event.Notify, b.append(t, event.Submit, "c1", submitted)[0].ID)
	b.fail(t, w)
	return w
}

func (b bundle) fail(t *testing.T, w eventlog.Work) {
	t.Helper()
	if err := b.Open(w.Function).Fail(t.Context(), w, "no such template", time.Hour, true); err != nil {
		t.Fatal(err)
	}
}

// replay records that somebody replays w, in the stream of the work.
func (b bundle) replay(t *testing.T, w eventlog.Work, cause string) ([]event.Envelope, error) {
	t.Helper()
	key := eventlog.Key{Tenant: b.tenant, Stream: event.WorkStream(b.tenant, w.Function, w.Key.Stream, w.Fact, w.Kind)}
	before, err := b.Open(event.Submit).Read(t.Context(), key)
	if err != nil {
		return nil, err
	}
	return b.Open(event.Submit).Append(t.Context(), eventlog.Record{
		Key: key, Expect: eventlog.HeadOf(before), Cause: b.by(event.Submit, cause), Replays: &w,
		Facts: []event.Fact{event.WorkReplayed{By: person, Function: string(w.Function), Stream: w.Key.Stream, Fact: w.Fact, Timer: w.Kind, Attempts: w.Attempt, Reason: "no such template"}},
	})
}

// replays counts the facts that say so.
func (b bundle) replays(t *testing.T, w eventlog.Work) int {
	t.Helper()
	facts, err := b.Open(event.Submit).Read(t.Context(), eventlog.Key{Tenant: b.tenant, Stream: event.WorkStream(b.tenant, w.Function, w.Key.Stream, w.Fact, w.Kind)})
	if err != nil {
		t.Fatal(err)
	}
	return len(facts)
}

func deadLetterIsReplayed(t *testing.T, b bundle) {
	w := b.die(t)
	if recorded, err := b.replay(t, w, "r1"); err != nil || len(recorded) != 1 {
		t.Fatalf("recorded %+v, %v", recorded, err)
	}
	if owed := b.owed(t, event.Notify); len(owed) != 1 || owed[0].Fact != w.Fact {
		t.Errorf("owed %+v, want the fact at once, whatever it was to wait for", owed)
	}
	if again := b.take(t, event.Notify, w.Fact); again.Attempt != 1 {
		t.Errorf("attempt %d, want 1: it begins anew", again.Attempt)
	}
}

func deadTimerIsReplayed(t *testing.T, b bundle) {
	b.promise(t, event.Approve, eventlog.Timer{Kind: "remind", Due: b.ago(time.Minute)})
	w := b.mustTakeTimer(t, event.Approve, "remind")
	b.fail(t, w)
	named := w
	named.Due = time.Time{} // whoever asks for a replay knows a timer by its kind
	if _, err := b.replay(t, named, "r1"); err != nil {
		t.Fatal(err)
	}
	if again := b.mustTakeTimer(t, event.Approve, "remind"); again.Attempt != 1 || !again.Due.Equal(w.Due) {
		t.Errorf("took %+v, want it due as before, from the first attempt", again)
	}
}

// replayedOnce: the same command comes again after the work died anew.
func replayedOnce(t *testing.T, b bundle) {
	w := b.die(t)
	r := eventlog.Record{
		Key: eventlog.Key{Tenant: b.tenant, Stream: uuid.Must(uuid.NewV7())}, Cause: b.by(event.Submit, "r1"), Replays: &w,
		Facts: []event.Fact{event.WorkReplayed{By: person, Function: string(w.Function)}},
	}
	first := b.record(t, r)
	b.fail(t, b.take(t, event.Notify, w.Fact))
	second := b.record(t, r)
	if len(second) != 1 || second[0].ID != first[0].ID {
		t.Errorf("recorded %+v, want the same fact as before", second)
	}
	b.cannotTake(t, event.Notify, w.Fact, "the same cause replays once")
}

func onlyTheDeadAreReplayed(t *testing.T, b bundle) {
	w := b.die(t)
	var done atomic.Int64
	race(func(n int) {
		_, err := b.replay(t, w, "racer "+strconv.Itoa(n))
		switch {
		case err == nil:
			done.Add(1)
		case !errors.Is(err, eventlog.ErrNotDead) && !errors.Is(err, eventlog.ErrConflict):
			t.Errorf("racer %d: %v", n, err)
		}
	})
	if n := b.replays(t, w); done.Load() != 1 || n != 1 {
		t.Errorf("%d racers have replayed it and %d facts say so, want 1", done.Load(), n)
	}
	if _, err := b.replay(t, w, "r5"); !errors.Is(err, eventlog.ErrNotDead) {
		t.Errorf("replaying what is owed: %v, want ErrNotDead", err)
	}
	if err := b.Open(event.Notify).Settle(t.Context(), b.take(t, event.Notify, w.Fact)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.replay(t, w, "r6"); !errors.Is(err, eventlog.ErrNotDead) {
		t.Errorf("replaying what is done: %v, want ErrNotDead", err)
	}
	if n := b.replays(t, w); n != 1 {
		t.Errorf("%d facts, want 1: what was not replayed leaves none", n)
	}
}

func othersDeadStayDead(t *testing.T, b bundle) {
	w := b.die(t)
	other := b
	other.tenant = uuid.Must(uuid.NewV7())
	theirs := w
	theirs.Key.Tenant = other.tenant
	if _, err := other.replay(t, theirs, "r1"); !errors.Is(err, eventlog.ErrNotDead) {
		t.Errorf("another tenant replays it: %v, want ErrNotDead", err)
	}
	approves := w
	approves.Function = event.Approve
	if _, err := b.replay(t, approves, "r2"); !errors.Is(err, eventlog.ErrNotDead) {
		t.Errorf("another function's work on the same fact: %v, want ErrNotDead", err)
	}
	b.cannotTake(t, event.Notify, w.Fact, "nobody has replayed it")
}
