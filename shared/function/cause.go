package function

import (
	"crypto/sha256"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/identity"
)

// Because is the cause of what f records on account of the fact in.
func Because(in event.Envelope, f event.Function, now time.Time) eventlog.Cause {
	return eventlog.Cause{
		ID: in.ID.String(), CorrelationID: in.CorrelationID, TraceParent: in.TraceParent,
		Actor: event.By(f), By: f, At: now,
	}
}

// BecauseOf is the cause of what f records on account of a timer. The moment it
// was due is part of its name: taken up again after a crash it is the same
// cause, set anew it is another.
func BecauseOf(w eventlog.Work, stream []event.Envelope, now time.Time) eventlog.Cause {
	c := eventlog.Cause{
		ID:    fmt.Sprintf("timer:%s:%d", w.Kind, w.Due.UnixMicro()),
		Actor: event.By(w.Function), By: w.Function, At: now,
	}
	if len(stream) > 0 {
		c.CorrelationID, c.TraceParent = stream[0].CorrelationID, stream[0].TraceParent
	}
	if w.TraceParent != "" { // the trace of what set it, which may be a later one
		c.TraceParent = w.TraceParent
	}
	return c
}

// commandCause is the cause of what f records on account of a person's command.
// The caller is part of its name, so that nobody can occupy another's ids.
func commandCause(id, kind string, data []byte, who identity.Caller, f event.Function, traceparent string, now time.Time) eventlog.Cause {
	digest := sha256.Sum256(append([]byte(kind+"\n"), data...))
	name := "command:" + who.Person.String() + ":" + id
	return eventlog.Cause{
		ID: name, CorrelationID: id, Digest: digest[:], TraceParent: traceparent,
		Actor: event.Person(who.Person), By: f, At: now,
	}
}
