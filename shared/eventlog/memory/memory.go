// Package memory keeps an event log in memory, for tests of decisions and
// handlers. It behaves as package pglog does, but for the read model, which it
// does not have; eventlogtest holds it to that.
package memory

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A Log is an event log in memory. It implements eventlog.Log, eventlog.Ledger
// and vault.Keys for all functions at once, and is safe for concurrent use.
type Log struct {
	now func() time.Time

	mu    sync.Mutex // guards all below
	facts []event.Envelope
	work  []*entry
	keys  map[person]vault.Wrapped
}

// New makes an empty log whose clock is now.
func New(now func() time.Time) *Log {
	return &Log{now: now, keys: make(map[person]vault.Wrapped)}
}

// Read returns the stream in version order.
func (l *Log) Read(ctx context.Context, key eventlog.Key) ([]event.Envelope, error) {
	defer l.lock()()
	if err := possible(ctx, key.Tenant); err != nil {
		return nil, err
	}
	return l.stream(key), nil
}

// Append records r.
func (l *Log) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	defer l.lock()()
	if err := possible(ctx, r.Key.Tenant); err != nil {
		return nil, err
	}
	wanted, err := r.Envelopes()
	if err != nil {
		return nil, err
	}
	if before := l.same(wanted); len(before) > 0 || len(wanted) > 0 && !l.endsAt(r) {
		return l.resolve(r, wanted, before)
	}
	if r.Replays != nil && !l.replay(*r.Replays) {
		return nil, eventlog.ErrNotDead
	}
	kept := slices.Clone(wanted)
	for i := range kept {
		kept[i].RecordedAt = l.clock()
	}
	l.facts = append(l.facts, kept...)
	if r.Settles != nil {
		l.settle(*r.Settles)
	}
	if r.Destroys != uuid.Nil {
		l.keys[person{r.Key.Tenant, r.Destroys}] = vault.Wrapped{}
	}
	l.owe(kept)
	l.setTimers(r)
	return wanted, nil
}

// Facts lists all that a tenant's log holds, in the order it was recorded.
func (l *Log) Facts(tenant uuid.UUID) []event.Envelope {
	defer l.lock()()
	return l.find(func(e event.Envelope) bool { return e.Tenant == tenant })
}

// endsAt reports whether the stream ends where r expects.
func (l *Log) endsAt(r eventlog.Record) bool {
	head := eventlog.HeadOf(l.stream(r.Key))
	return head.Version == r.Expect.Version && bytes.Equal(head.Hash, r.Expect.Hash)
}

// resolve says what an append met: the same facts (then the work is settled and
// they are the answer) or somebody else's.
func (l *Log) resolve(r eventlog.Record, wanted, before []event.Envelope) ([]event.Envelope, error) {
	if len(before) != len(wanted) {
		return nil, eventlog.ErrConflict
	}
	for _, e := range before {
		if !bytes.Equal(e.CauseDigest, r.Cause.Digest) {
			return nil, eventlog.ErrReused
		}
	}
	if r.Settles != nil {
		l.settle(*r.Settles)
	}
	return before, nil
}

// same finds the facts that have the ids of wanted.
func (l *Log) same(wanted []event.Envelope) []event.Envelope {
	return l.find(func(e event.Envelope) bool {
		return slices.ContainsFunc(wanted, func(w event.Envelope) bool { return w.Tenant == e.Tenant && w.ID == e.ID })
	})
}

func (l *Log) stream(key eventlog.Key) []event.Envelope {
	return l.find(func(e event.Envelope) bool { return e.Tenant == key.Tenant && e.Stream == key.Stream })
}

func (l *Log) find(match func(event.Envelope) bool) []event.Envelope {
	var found []event.Envelope
	for _, e := range l.facts {
		if match(e) {
			found = append(found, e)
		}
	}
	return found
}

// clock is the log's time, as fine as PostgreSQL keeps it.
func (l *Log) clock() time.Time { return l.now().UTC().Truncate(time.Microsecond) }

// lock is used as defer l.lock()().
func (l *Log) lock() (unlock func()) {
	l.mu.Lock()
	return l.mu.Unlock
}

// possible refuses what no log does: work for nobody, or for a caller who left.
func possible(ctx context.Context, tenant uuid.UUID) error {
	if tenant == uuid.Nil {
		return eventlog.ErrNoTenant
	}
	return ctx.Err()
}
