package export

import (
	"time"

	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A Bundle is what has become of a request for one.
type Bundle struct {
	Requested event.AuditRequested
	Stored    event.AuditExported // zero until it is ready

	known bool
}

// A Command is what can be done with a bundle: Finish or HandOut.
type Command interface{ command() }

// Finish says that the bundle lies in the store as this object.
type Finish struct{ Object Object }

// HandOut gives somebody a link to the bundle.
type HandOut struct {
	To        uuid.UUID
	ExpiresAt time.Time
}

func (Finish) command()  {}
func (HandOut) command() {}

// Refusals.
var (
	ErrNoBundle = fault.New(fault.Missing, "no_bundle", "There is no such bundle.")
	ErrNotReady = fault.New(fault.Conflict, "bundle_not_ready", "The bundle is not ready yet. Please try again shortly.")
)

// Decider of bundles; a stream is one bundle.
var Decider = decider.Decider[Bundle, Command]{Evolve: evolve, Decide: decide}

func evolve(b Bundle, e event.Envelope) Bundle {
	switch f := e.Fact.(type) {
	case event.AuditRequested:
		b.Requested, b.known = f, true
	case event.AuditExported:
		b.Stored = f
	}
	return b
}

func decide(b Bundle, c Command) (decider.Outcome, error) {
	if !b.known {
		return decider.Outcome{}, ErrNoBundle
	}
	switch c := c.(type) {
	case Finish:
		if b.Stored.ObjectKey != "" { // somebody who held the work before us was slow, not dead
			return decider.Outcome{}, nil
		}
		o := c.Object
		return decider.Facts(event.AuditExported{
			ObjectKey: o.Key, SHA256: o.SHA256, Bytes: o.Bytes, Facts: o.Facts, LockedUntil: o.LockedUntil,
		}), nil
	case HandOut:
		if err := b.Ready(); err != nil {
			return decider.Outcome{}, err
		}
		return decider.Facts(event.AuditDownloaded{By: c.To, ExpiresAt: c.ExpiresAt}), nil
	}
	return decider.Outcome{}, nil
}

// Ready says why the bundle cannot be handed out, nil if it can.
func (b Bundle) Ready() error {
	switch {
	case !b.known:
		return ErrNoBundle
	case b.Stored.ObjectKey == "":
		return ErrNotReady
	}
	return nil
}
