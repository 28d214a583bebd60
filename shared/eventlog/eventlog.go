// Package eventlog is the port to DCM's one event log: what is recorded, what
// is owed to whom because of it, and what a function has promised itself.
//
// Package memory implements it for tests of decisions, package pglog on
// PostgreSQL; both run the suite of package eventlogtest.
package eventlog

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A Key names a stream. A log shows and takes only what belongs to the tenant.
type Key struct {
	Tenant uuid.UUID
	Stream uuid.UUID
}

// A Head is where a stream ends: what the next fact is linked to. The zero Head
// is that of a stream without facts.
type Head struct {
	Version int64
	Hash    []byte
}

// A Cause is why facts are recorded. The ids of facts are derived from it, so
// that the same cause, however often it comes, records the same facts once.
type Cause struct {
	ID            string // of the command or fact
	CorrelationID string // of the command at the root of the chain
	Digest        []byte // of a command's content; nil for facts, which cannot differ
	Actor         event.Actor
	By            event.Function // the producer
	At            time.Time
	TraceParent   string
}

// A Record is one append, all or nothing.
type Record struct {
	Key    Key
	Expect Head
	Cause  Cause
	Facts  []event.Fact // may be empty: then only work is settled or promised

	Settles *Work   // the work this append completes, removed with it
	Replays *Work   // the dead letter this append makes owed again, from the first attempt
	Timers  []Timer // promises of the function to itself
	// Destroys is the person whose key this append destroys, for good; nobody if
	// zero. A key that is destroyed already stays so.
	Destroys uuid.UUID
}

// A Timer is a promise of a function to itself, for one stream and kind: look
// again when it is due. Setting it again moves it; a zero Due takes it back.
type Timer struct {
	Kind string
	Due  time.Time
}

// Work is something a function owes: a fact to act on, or a timer that is due.
// Holding it is a lease: until Until nobody else is given it; after that it is
// owed again, so a holder that dies loses nothing.
type Work struct {
	Key      Key
	Function event.Function
	Fact     uuid.UUID // the fact to act on; zero for a timer
	Kind     string    // the timer's kind; empty for a fact
	Due      time.Time
	Attempt  int // 1 on the first
	// TraceParent is that of the cause which set the timer; a fact has its own.
	TraceParent string
}

// IsTimer reports whether the work is a timer.
func (w Work) IsTimer() bool { return w.Kind != "" }

// Errors that an append can meet.
var (
	// ErrConflict says that the stream has moved on: read it again and decide afresh.
	ErrConflict = fault.New(fault.Conflict, "conflict", "Somebody else was faster. Reload and try again.")
	// ErrReused says that a command's id was used before with other content.
	ErrReused = fault.New(fault.Conflict, "id_reused", "This idempotency key was used before for something else.")
	// ErrNotDead says that work cannot be replayed, because it is no dead letter.
	ErrNotDead = fault.New(fault.Conflict, "not_dead", "This has not been given up (any more): it is done, or being tried already.")
	// ErrEarly says that work has failed a moment ago and has to wait.
	ErrEarly = fault.New(fault.Transient, "early", "This was tried a moment ago and failed. It is tried again soon.")
	// ErrNoTenant says that no tenant was named. It is an error, never an empty result.
	ErrNoTenant = fault.New(fault.Invalid, "no_tenant", "No tenant was named.")
)

// A Log is the append-only history. Methods are safe for concurrent use.
type Log interface {
	// Read returns the stream in version order; none for an unknown stream.
	Read(ctx context.Context, key Key) ([]event.Envelope, error)

	// Append records r, owes each new fact to its consumers and keeps the read
	// model in step, in one transaction. What it returned without error is
	// durable; the moment of recording is known once facts are read. If the cause
	// has recorded these facts before, it returns them as they are and changes
	// nothing. It returns ErrConflict if the stream does not end at r.Expect,
	// ErrReused if the cause comes with another digest, ErrNotDead if r.Replays is
	// no dead letter, and a Transient fault if the log cannot be reached; it never
	// retries.
	Append(ctx context.Context, r Record) ([]event.Envelope, error)
}

// A Ledger is what functions owe. Methods are safe for concurrent use.
type Ledger interface {
	// Take leases the fact with id to f, if f owes it, it is due and nobody holds
	// it. The envelope is the fact as the log has it. It returns ErrEarly if the
	// fact has failed and has to wait: who brings it may bring it again.
	Take(ctx context.Context, f event.Function, tenant, id uuid.UUID) (Work, event.Envelope, bool, error)

	// TakeTimer leases the stream's earliest timer of f that is due.
	TakeTimer(ctx context.Context, f event.Function, key Key) (Work, bool, error)

	// NextTimer tells when the stream's earliest timer of f that nobody holds is
	// due; false if there is none.
	NextTimer(ctx context.Context, f event.Function, key Key) (time.Time, bool, error)

	// Owed lists what f owes, is due and nobody holds, oldest first, across
	// tenants, at most limit. It gives names of work, nothing of a tenant's data.
	Owed(ctx context.Context, f event.Function, limit int) ([]Work, error)

	// Settle removes work that needed nothing recorded.
	Settle(ctx context.Context, w Work) error

	// Fail gives work back with the reason, to be taken again after wait. If dead,
	// it is a dead letter: it stays, and nobody is given it until an append
	// replays it.
	Fail(ctx context.Context, w Work, reason string, wait time.Duration, dead bool) error
}

// HoldFor is how long work is leased: longer than any handler may take, short
// enough that a crash is not noticed by people.
const HoldFor = 30 * time.Second
