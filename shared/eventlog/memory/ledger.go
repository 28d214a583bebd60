package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// An entry is a row of work.
type entry struct {
	eventlog.Work // Due of a fact is when it was recorded

	notBefore time.Time
	heldUntil time.Time
	dead      bool
	reason    string
}

// Take leases a fact to f.
func (l *Log) Take(ctx context.Context, f event.Function, tenant, id uuid.UUID) (eventlog.Work, event.Envelope, bool, error) {
	defer l.lock()()
	if err := possible(ctx, tenant); err != nil {
		return eventlog.Work{}, event.Envelope{}, false, err
	}
	for _, e := range l.work {
		if e.Key.Tenant != tenant || e.Function != f || e.Fact != id || e.IsTimer() {
			continue
		}
		if !e.dead && e.notBefore.After(l.clock()) && !e.heldUntil.After(l.clock()) {
			return eventlog.Work{}, event.Envelope{}, false, eventlog.ErrEarly
		}
		if e.free(l.clock()) {
			fact := l.find(func(e event.Envelope) bool { return e.Tenant == tenant && e.ID == id })[0]
			w := l.lease(e)
			w.Due = time.Time{}
			return w, fact, true, nil
		}
	}
	return eventlog.Work{}, event.Envelope{}, false, nil
}

// TakeTimer leases the stream's earliest timer of f that is due.
func (l *Log) TakeTimer(ctx context.Context, f event.Function, key eventlog.Key) (eventlog.Work, bool, error) {
	defer l.lock()()
	if err := possible(ctx, key.Tenant); err != nil {
		return eventlog.Work{}, false, err
	}
	for _, e := range l.timers(f, key) {
		if e.free(l.clock()) {
			return l.lease(e), true, nil
		}
	}
	return eventlog.Work{}, false, nil
}

// NextTimer tells when the stream's earliest timer of f is due.
func (l *Log) NextTimer(ctx context.Context, f event.Function, key eventlog.Key) (time.Time, bool, error) {
	defer l.lock()()
	if err := possible(ctx, key.Tenant); err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	for _, e := range l.timers(f, key) {
		at := e.Due
		if e.notBefore.After(at) {
			at = e.notBefore
		}
		if !e.dead && !e.heldUntil.After(l.clock()) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, !next.IsZero(), nil
}

// Owed lists what f owes, across tenants.
func (l *Log) Owed(ctx context.Context, f event.Function, limit int) ([]eventlog.Work, error) {
	defer l.lock()()
	var owed []eventlog.Work
	for _, e := range byDue(l.work) {
		if e.Function == f && e.free(l.clock()) && len(owed) < limit {
			owed = append(owed, eventlog.Work{Key: e.Key, Function: f, Fact: e.Fact, Kind: e.Kind})
		}
	}
	return owed, ctx.Err()
}

// Settle removes work that needed nothing recorded.
func (l *Log) Settle(ctx context.Context, w eventlog.Work) error {
	defer l.lock()()
	if err := possible(ctx, w.Key.Tenant); err != nil {
		return err
	}
	l.settle(w)
	return nil
}

// Fail gives work back with the reason.
func (l *Log) Fail(ctx context.Context, w eventlog.Work, reason string, wait time.Duration, dead bool) error {
	defer l.lock()()
	if err := possible(ctx, w.Key.Tenant); err != nil {
		return err
	}
	for _, e := range l.work {
		if e.is(w) {
			e.heldUntil, e.notBefore, e.reason, e.dead = time.Time{}, l.clock().Add(wait), reason, dead
		}
	}
	return nil
}

func (l *Log) lease(e *entry) eventlog.Work {
	e.heldUntil = l.clock().Add(eventlog.HoldFor)
	e.Attempt++
	return e.Work
}

func (l *Log) settle(w eventlog.Work) {
	l.work = slices.DeleteFunc(l.work, func(e *entry) bool { return e.is(w) })
}

// replay makes a dead letter owed again; false if w is none.
func (l *Log) replay(w eventlog.Work) bool {
	for _, e := range l.work {
		if e.names(w) && e.dead {
			e.dead, e.Attempt, e.notBefore, e.heldUntil = false, 0, time.Time{}, time.Time{}
			return true
		}
	}
	return false
}

func (l *Log) owe(facts []event.Envelope) {
	for _, e := range facts {
		for _, f := range event.Consumers(e.Type) {
			key := eventlog.Key{Tenant: e.Tenant, Stream: e.Stream}
			l.work = append(l.work, &entry{Work: eventlog.Work{Key: key, Function: f, Fact: e.ID, Due: e.RecordedAt}})
		}
	}
}

func (l *Log) setTimers(r eventlog.Record) {
	for _, t := range r.Timers {
		l.work = slices.DeleteFunc(l.work, func(e *entry) bool {
			return e.Key == r.Key && e.Function == r.Cause.By && e.Kind == t.Kind
		})
		if !t.Due.IsZero() {
			w := eventlog.Work{Key: r.Key, Function: r.Cause.By, Kind: t.Kind, Due: t.Due.UTC().Truncate(time.Microsecond), TraceParent: r.Cause.TraceParent}
			l.work = append(l.work, &entry{Work: w})
		}
	}
}

func (l *Log) timers(f event.Function, key eventlog.Key) []*entry {
	return byDue(slices.DeleteFunc(slices.Clone(l.work), func(e *entry) bool {
		return e.Function != f || e.Key != key || !e.IsTimer()
	}))
}

func byDue(work []*entry) []*entry {
	return slices.SortedStableFunc(slices.Values(work), func(a, b *entry) int { return cmp.Compare(a.Due.UnixMicro(), b.Due.UnixMicro()) })
}

// free says that the work is due and nobody holds it.
func (e *entry) free(now time.Time) bool {
	return !e.dead && !e.Due.After(now) && !e.notBefore.After(now) && !e.heldUntil.After(now)
}

// names reports whether w is the entry, whenever it is due.
func (e *entry) names(w eventlog.Work) bool {
	return e.Key == w.Key && e.Function == w.Function && e.Fact == w.Fact && e.Kind == w.Kind
}

// is reports whether w names the entry; a timer that was moved is another.
func (e *entry) is(w eventlog.Work) bool {
	return e.names(w) && (!e.IsTimer() || e.Due.Equal(w.Due))
}
