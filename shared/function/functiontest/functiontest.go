// Package functiontest is what every function must do with what arrives. Each
// function runs it on its routes, with a log in memory.
package functiontest

import (
	"net/http"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// Routes makes the function's routes on a log, with neighbours that answer. now
// is the log's clock; it stands still.
type Routes func(t *testing.T, log *memory.Log, now func() time.Time) function.Routes

// Run runs the suite.
func Run(t *testing.T, name event.Function, routes Routes) {
	t.Helper()
	setup := func(t *testing.T) *bundle { return newBundle(t, name, routes) }
	for _, consumed := range event.ConsumedBy(name) {
		t.Run(string(consumed), func(t *testing.T) {
			t.Parallel()
			facts(t, setup, consumed)
		})
	}
	t.Run("Commands", func(t *testing.T) {
		t.Parallel()
		commands(t, setup)
	})
	t.Run("Timers", func(t *testing.T) {
		t.Parallel()
		timers(t, setup(t))
	})
	t.Run("UnknownType", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		e := b.doorbell(b.tenant, uuid.New(), "io.dcm.nothing.happened.v1")
		if status := b.post(e, ""); status != http.StatusUnprocessableEntity {
			t.Errorf("status %d, want 422: the broker must not deliver it again", status)
		}
	})
}

// facts are the tests of one type of fact that the function is owed.
func facts(t *testing.T, setup func(*testing.T) *bundle, consumed event.Type) {
	for name, test := range map[string]func(*bundle, event.Envelope){
		"Doorbell":      doorbell,
		"Tick":          tick,
		"Redelivery":    redelivery,
		"CrashedHolder": crashedHolder,
		"OtherTenant":   otherTenant,
		"Forged":        forged,
		"Malformed":     malformed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			test(b, b.happen(consumed))
		})
	}
}

// doorbell: what is announced is done, and owed no more.
func doorbell(b *bundle, owed event.Envelope) {
	if status := b.ring(owed); status != http.StatusAccepted {
		b.Errorf("status %d, want 202: %s", status, b.said())
	}
	b.settled(owed)
	for _, e := range b.recordedBy() {
		if e.CauseID != owed.ID.String() || e.CorrelationID != owed.CorrelationID {
			b.Errorf("%s says it was caused by %q in %q, want the fact and its chain", e.Type, e.CauseID, e.CorrelationID)
		}
	}
}

// tick: what was never announced is done all the same.
func tick(b *bundle, owed event.Envelope) {
	if status := b.post(message{"ce-id": "tick", "ce-type": "dev.knative.sources.ping", "ce-source": "/ping"}, ""); status != http.StatusAccepted {
		b.Errorf("status %d, want 202", status)
	}
	b.settled(owed)
}

// redelivery: the second doorbell finds nothing owed.
func redelivery(b *bundle, owed event.Envelope) {
	b.ring(owed)
	before := len(b.log.Facts(b.tenant))
	if status := b.ring(owed); status != http.StatusAccepted {
		b.Errorf("status %d, want 202: the broker must not deliver it again", status)
	}
	if after := len(b.log.Facts(b.tenant)); after != before {
		b.Errorf("%d facts after the first delivery, %d after the second", before, after)
	}
}

// crashedHolder: the handler is run twice on the same work, as when its first
// holder was too slow or lost the answer. It must record the same.
func crashedHolder(b *bundle, owed event.Envelope) {
	w, in, ok, err := b.log.Take(b.Context(), b.name, b.tenant, owed.ID)
	if err != nil || !ok {
		b.Fatalf("take: %v, %v", ok, err)
	}
	handle := b.routes.Facts[owed.Type]
	first, err := handle(b.Context(), in, w)
	if err != nil {
		b.Fatalf("first run: %v", err)
	}
	before := len(b.log.Facts(b.tenant))
	second, err := handle(b.Context(), in, w)
	if err != nil {
		b.Errorf("second run: %v", err)
	}
	if after := len(b.log.Facts(b.tenant)); after != before || len(second) != len(first) {
		b.Errorf("recorded %d at first and %d in the second run; want the same facts, once", len(first), len(second))
	}
}

// otherTenant: an event that names another tenant reaches nothing.
func otherTenant(b *bundle, owed event.Envelope) {
	if status := b.post(b.doorbell(uuid.New(), owed.ID, owed.Type), ""); status != http.StatusAccepted {
		b.Errorf("status %d, want 202: there is nothing to be learnt from the answer", status)
	}
	b.untouched(owed)
}

// forged: an event about a fact that is not in the log does nothing.
func forged(b *bundle, owed event.Envelope) {
	if status := b.post(b.doorbell(b.tenant, uuid.New(), owed.Type), ""); status != http.StatusAccepted {
		b.Errorf("status %d, want 202", status)
	}
	b.untouched(owed)
}

func malformed(b *bundle, owed event.Envelope) {
	for name, change := range map[string]message{
		"NoTenant":  {"ce-tenantid": ""},
		"BadTenant": {"ce-tenantid": "acme"},
		"BadID":     {"ce-id": "1' or '1'='1"},
		"NoSource":  {"ce-source": ""},
	} {
		e := b.doorbell(b.tenant, owed.ID, owed.Type)
		for header, value := range change {
			e[header] = value
		}
		if status := b.post(e, ""); status != http.StatusUnprocessableEntity {
			b.Errorf("%s: status %d, want 422: it will not be better the next time", name, status)
		}
	}
	b.untouched(owed)
}

// commands: nobody commands without a token, and what is not understood is said
// to be so.
func commands(t *testing.T, setup func(*testing.T) *bundle) {
	for command := range setup(t).routes.Commands {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			e := message{"ce-id": "c1", "ce-type": command, "ce-source": "/portal", "ce-subject": "no id"}
			if status := b.post(e, `{}`); status != http.StatusUnauthorized {
				t.Errorf("without a token: status %d, want 401", status)
			}
			e["authorization"] = "Bearer " + token
			if status := b.post(e, `[1]`); status != http.StatusUnprocessableEntity {
				t.Errorf("bad data about nothing: status %d, want 422", status)
			}
			if facts := b.log.Facts(b.tenant); len(facts) != 0 {
				t.Errorf("recorded %d facts", len(facts))
			}
		})
	}
}

// timers of a stream that is not there come to nothing.
func timers(t *testing.T, b *bundle) {
	for kind, handle := range b.routes.Timers {
		recorded, err := handle(t.Context(), b.dueTimer(kind))
		if len(recorded) != 0 || len(b.log.Facts(b.tenant)) != 0 {
			t.Errorf("timer %s of an empty stream recorded %d facts, %v", kind, len(recorded), err)
		}
	}
}
