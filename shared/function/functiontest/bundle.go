package functiontest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

// A bundle is a function with an empty log, and one tenant.
type bundle struct {
	*testing.T
	name    event.Function
	log     *memory.Log
	routes  function.Routes
	handler http.Handler
	lines   *bytes.Buffer // what the function logged
	now     time.Time
	tenant  uuid.UUID
}

// A message is the headers of a CloudEvent in binary mode.
type message map[string]string

func newBundle(t *testing.T, name event.Function, routes Routes) *bundle {
	t.Helper()
	b := &bundle{T: t, name: name, lines: new(bytes.Buffer), now: start, tenant: uuid.Must(uuid.NewV7())}
	clock := func() time.Time { return b.now }
	b.log = memory.New(clock)
	b.routes = routes(t, b.log, clock)
	var err error
	b.handler, err = function.NewHandler(function.Config{}, function.Function{
		Name: name, Log: b.log, Ledger: b.log, Callers: callers{b.tenant}, Routes: b.routes, Now: clock,
		Logger: slog.New(slog.NewTextHandler(b.lines, nil)),
	})
	if err != nil {
		t.Fatalf("the routes do not match the catalogue: %v", err)
	}
	return b
}

// happen records what leads to a fact of the type, and the fact itself. What of
// it the function owed for the earlier ones is settled.
func (b *bundle) happen(wanted event.Type) event.Envelope {
	b.Helper()
	key := eventlog.Key{Tenant: b.tenant, Stream: uuid.Must(uuid.NewV7())}
	var last event.Envelope
	for i, f := range history(b.Fatalf, wanted, b.tenant) {
		stream, err := b.log.Read(b.Context(), key)
		if err != nil {
			b.Fatal(err)
		}
		by := producer(f.EventType())
		recorded, err := b.log.Append(b.Context(), eventlog.Record{
			Key: key, Expect: eventlog.HeadOf(stream), Facts: []event.Fact{f},
			Cause: eventlog.Cause{ID: "past" + string(rune('a'+i)), CorrelationID: "the command", Actor: event.By(by), By: by, At: b.now},
		})
		if err != nil {
			b.Fatal(err)
		}
		last = recorded[0]
	}
	for _, d := range b.log.Debts(b.name) {
		if d.Fact != last.ID {
			if err := b.log.Settle(b.Context(), d.Work); err != nil {
				b.Fatal(err)
			}
		}
	}
	return last
}

// doorbell is the event that announces a fact.
func (b *bundle) doorbell(tenant, fact uuid.UUID, kind event.Type) message {
	return message{"ce-id": fact.String(), "ce-type": string(kind), "ce-source": "/functions/x", "ce-tenantid": tenant.String()}
}

func (b *bundle) ring(e event.Envelope) int { return b.post(b.doorbell(e.Tenant, e.ID, e.Type), "") }

// post sends an event to the function and returns the status.
func (b *bundle) post(m message, data string) int {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(data))
	r.Header.Set("ce-specversion", "1.0")
	if data != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range m {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w.Code
}

// settled makes sure that the function has done its work on the fact.
func (b *bundle) settled(owed event.Envelope) {
	b.Helper()
	for _, d := range b.log.Debts(b.name) {
		if d.Fact == owed.ID {
			b.Errorf("still owed after %d attempts (dead letter: %v): %s", d.Attempt, d.Dead, d.Reason)
		}
	}
}

// untouched makes sure that the fact is owed as before and nothing was recorded.
func (b *bundle) untouched(owed event.Envelope) {
	b.Helper()
	if recorded := b.recordedBy(); len(recorded) != 0 {
		b.Errorf("recorded %s", recorded[0].Type)
	}
	for _, d := range b.log.Debts(b.name) {
		if d.Fact == owed.ID && d.Attempt == 0 && !d.Dead {
			return
		}
	}
	b.Error("the real fact is not owed any more")
}

// recordedBy lists what the function recorded because of a fact.
func (b *bundle) recordedBy() []event.Envelope {
	var own []event.Envelope
	for _, e := range b.log.Facts(b.tenant) {
		if e.Source == "/functions/"+string(b.name) && !strings.HasPrefix(e.CauseID, "past") {
			own = append(own, e)
		}
	}
	return own
}

// dueTimer is a timer of a stream that does not exist.
func (b *bundle) dueTimer(kind string) eventlog.Work {
	key := eventlog.Key{Tenant: b.tenant, Stream: uuid.New()}
	return eventlog.Work{Key: key, Function: b.name, Kind: kind, Due: b.now, Attempt: 1}
}

func (b *bundle) said() string { return b.lines.String() }

// token is what callers accepts.
const token = "somebody"

// callers knows one person, who may do everything.
type callers struct{ tenant uuid.UUID }

func (c callers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	if r.Header.Get("Authorization") != "Bearer "+token {
		return identity.Caller{}, identity.ErrNoToken
	}
	return identity.Caller{
		Person: event.PersonID(c.tenant, token), Tenant: c.tenant, Subject: token, Name: "Somebody",
		Roles: []string{"user", "project_admin", "approver", "tenant_admin", "auditor", "super_admin"},
	}, nil
}
