package function

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

// Routes are what a function answers to.
type Routes struct {
	Facts    map[event.Type]FactHandler
	Commands map[string]CommandHandler // by CloudEvents type
	Timers   map[string]TimerHandler   // by kind, up to the first colon
	HTTP     map[string]http.Handler   // further patterns of net/http
	// Tick runs with every tick, after what is owed, and begins nothing after until;
	// nil if there is nothing. Ticks may overlap.
	Tick func(ctx context.Context, until time.Time)
}

// A FactHandler acts on a fact that is owed and returns what it recorded. It
// must settle w with what it records (decider.Step does); a handler that has
// nothing to record returns nothing, and w is settled for it. An error gives
// the work back: Transient faults are tried again for as long as it takes,
// other failures a few times, Invalid, Denied and Missing never.
type FactHandler func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error)

// A TimerHandler acts on a timer that is due; otherwise as a FactHandler. A
// timer that it neither settles nor sets again is settled for it.
type TimerHandler func(ctx context.Context, w eventlog.Work) ([]event.Envelope, error)

// A CommandHandler carries out a person's command, or says why not.
type CommandHandler func(ctx context.Context, c Command) (Answer, error)

// A Command is what a person asks for. The tenant is the caller's.
type Command struct {
	Type    string
	Subject string // the CloudEvents subject, often the id of what it is about
	Caller  identity.Caller
	Data    []byte // JSON
	Cause   eventlog.Cause
}

// An Answer to a command.
type Answer struct {
	Status   int    // 200 if zero
	Body     any    // written as JSON
	Location string // of what was created
	Recorded []event.Envelope
	// Again are facts of earlier, announced once more to wake whoever owes them.
	Again []event.Envelope
}

// A Function is what Serve needs to know of one.
type Function struct {
	Name    event.Function
	Log     eventlog.Log // where refusals are recorded
	Ledger  eventlog.Ledger
	Callers Callers // may be nil if there are no Commands
	People  People  // nil: nobody has been erased
	Senders Senders // nil: whoever reaches us may bring events
	Routes  Routes
	Logger  *slog.Logger
	Ready   func(context.Context) error // what /readyz asks
	Now     func() time.Time            // nil: time.Now
}

// Callers tells who is calling.
type Callers interface {
	// Caller checks the request's access token.
	Caller(ctx context.Context, r *http.Request) (identity.Caller, error)
}

// People knows who has been erased: their tokens may be valid for a while.
type People interface {
	// Living returns vault.ErrErased if the person was erased.
	Living(ctx context.Context, tenant, person uuid.UUID) error
}

// Senders tells who may bring events.
type Senders interface {
	// Check refuses a request whose bringer may not.
	Check(ctx context.Context, r *http.Request) error
}
