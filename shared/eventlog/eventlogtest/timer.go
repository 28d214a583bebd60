package eventlogtest

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

func timerIsTakenWhenDue(t *testing.T, b bundle) {
	due := b.ago(time.Minute)
	r := b.after(t, event.Approve, "c1", granted)
	r.Timers = []eventlog.Timer{{Kind: "expire", Due: b.in(time.Hour)}, {Kind: "remind", Due: due}}
	b.record(t, r)
	w := b.mustTakeTimer(t, event.Approve, "remind")
	if w.Key != b.key || w.Function != event.Approve || !w.Due.Equal(due) || w.Attempt != 1 || !w.IsTimer() || w.TraceParent == "" {
		t.Errorf("took %+v", w)
	}
	if w, ok := b.takeTimer(t, event.Approve); ok {
		t.Errorf("took %q: one is held, the other is not due", w.Kind)
	}
	if next, ok, err := b.Open(event.Approve).NextTimer(t.Context(), event.Approve, b.key); err != nil || !ok || !next.Equal(r.Timers[0].Due) {
		t.Errorf("next is %v, %v, %v; want the one that is not held, %v", next, ok, err, r.Timers[0].Due)
	}
	b.Elapse(eventlog.HoldFor)
	if w := b.mustTakeTimer(t, event.Approve, "remind"); w.Attempt != 2 {
		t.Errorf("attempt %d, want 2: the first holder died", w.Attempt)
	}
}

func timerMovesAndGoes(t *testing.T, b bundle) {
	b.promise(t, event.Approve, eventlog.Timer{Kind: "remind", Due: b.ago(time.Minute)}, eventlog.Timer{Kind: "expire", Due: b.ago(time.Second)})
	b.promise(t, event.Approve, eventlog.Timer{Kind: "remind", Due: b.in(time.Hour)}, eventlog.Timer{Kind: "expire"})
	if w, ok := b.takeTimer(t, event.Approve); ok {
		t.Errorf("took %q: one was moved, the other taken back", w.Kind)
	}
	b.promise(t, event.Approve, eventlog.Timer{Kind: "remind"}, eventlog.Timer{Kind: "never set"})
	if next, ok, err := b.Open(event.Approve).NextTimer(t.Context(), event.Approve, b.key); ok || err != nil {
		t.Errorf("next is %v, %v; want none", next, err)
	}
	if owed := b.owed(t, event.Approve); len(owed) != 0 {
		t.Errorf("owed %+v, want nothing", owed)
	}
}

func earliestTimerFirst(t *testing.T, b bundle) {
	b.promise(t, event.Provision,
		eventlog.Timer{Kind: "second", Due: b.ago(2 * time.Minute)},
		eventlog.Timer{Kind: "third", Due: b.ago(time.Minute)},
		eventlog.Timer{Kind: "first", Due: b.ago(3 * time.Minute)})
	for _, kind := range []string{"first", "second", "third"} {
		b.mustTakeTimer(t, event.Provision, kind)
	}
}

// timerSetAgainBySettling is how polling works: look, and promise to look again.
func timerSetAgainBySettling(t *testing.T, b bundle) {
	b.promise(t, event.Provision, eventlog.Timer{Kind: "observe", Due: b.ago(time.Minute)})
	w := b.mustTakeTimer(t, event.Provision, "observe")
	again := b.ago(time.Second)
	b.record(t, eventlog.Record{
		Key: b.key, Cause: b.by(event.Provision, "look"), Settles: &w, Timers: []eventlog.Timer{{Kind: "observe", Due: again}},
	})
	if w := b.mustTakeTimer(t, event.Provision, "observe"); !w.Due.Equal(again) || w.Attempt != 1 {
		t.Errorf("took %+v; want the new one, held by nobody, first attempt", w)
	}
}

// movedTimerIsNotSettled: whoever held the timer when it was moved has no say
// over the new one.
func movedTimerIsNotSettled(t *testing.T, b bundle) {
	b.promise(t, event.Provision, eventlog.Timer{Kind: "observe", Due: b.ago(time.Minute)})
	old := b.mustTakeTimer(t, event.Provision, "observe")
	b.promise(t, event.Provision, eventlog.Timer{Kind: "observe", Due: b.ago(time.Second)})
	log := b.Open(event.Provision)
	if err := log.Settle(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := log.Fail(t.Context(), old, "late", time.Hour, true); err != nil {
		t.Fatal(err)
	}
	b.mustTakeTimer(t, event.Provision, "observe")
}

func failedTimerWaits(t *testing.T, b bundle) {
	b.promise(t, event.Provision, eventlog.Timer{Kind: "observe", Due: b.ago(time.Minute)})
	w := b.mustTakeTimer(t, event.Provision, "observe")
	before := b.Now()
	if err := b.Open(event.Provision).Fail(t.Context(), w, "vCenter is away", time.Minute, false); err != nil {
		t.Fatal(err)
	}
	if _, ok := b.takeTimer(t, event.Provision); ok {
		t.Error("took it: it has to wait")
	}
	next, ok, err := b.Open(event.Provision).NextTimer(t.Context(), event.Provision, b.key)
	if err != nil || !ok || next.Before(before.Add(50*time.Second)) {
		t.Errorf("next is %v, %v, %v; want when it may be tried again", next, ok, err)
	}
	b.Elapse(time.Minute)
	if w := b.mustTakeTimer(t, event.Provision, "observe"); w.Attempt != 2 {
		t.Errorf("attempt %d, want 2", w.Attempt)
	}
}

func timersBelongToOneFunction(t *testing.T, b bundle) {
	b.promise(t, event.Approve, eventlog.Timer{Kind: "look", Due: b.ago(time.Minute)})
	b.promise(t, event.Provision, eventlog.Timer{Kind: "look"}) // takes back its own, which it has not
	if w, ok := b.takeTimer(t, event.Provision); ok {
		t.Errorf("provision took approve's %+v", w)
	}
	b.mustTakeTimer(t, event.Approve, "look")
}
