package function_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

// A bundle is approve with a log in memory, a clock that is moved by hand, and
// whatever the test wants its handlers to do.
type bundle struct {
	log     *memory.Log
	config  function.Config
	tenant  uuid.UUID
	onFact  function.FactHandler
	onTimer function.TimerHandler
	onTick  func(context.Context, time.Time)
	command function.CommandHandler
	senders function.Senders

	moving bool // the clock moves by itself

	mu  sync.Mutex // guards now
	now time.Time
}

var submittedType = event.RequestSubmitted{}.EventType()

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{tenant: uuid.Must(uuid.NewV7()), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	b.log = memory.New(b.clock)
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		return b.record(ctx, function.Because(in, event.Approve, b.clock()), w.Key, &w, event.ApprovalGranted{Automatic: true})
	}
	b.onTimer = func(context.Context, eventlog.Work) ([]event.Envelope, error) { return nil, nil }
	b.command = func(context.Context, function.Command) (function.Answer, error) {
		return function.Answer{Body: "done"}, nil
	}
	return b
}

func (b *bundle) clock() time.Time {
	if b.moving {
		return time.Now()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bundle) elapse(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bundle) record(ctx context.Context, c eventlog.Cause, key eventlog.Key, settles *eventlog.Work, facts ...event.Fact) ([]event.Envelope, error) {
	stream, err := b.log.Read(ctx, key)
	if err != nil {
		return nil, err
	}
	return b.log.Append(ctx, eventlog.Record{Key: key, Expect: eventlog.HeadOf(stream), Cause: c, Facts: facts, Settles: settles})
}

// submitted records a request, which approve then owes.
func (b *bundle) submitted(t *testing.T) event.Envelope {
	t.Helper()
	return b.submittedIn(t, "")
}

// submittedIn records a request in a trace.
func (b *bundle) submittedIn(t *testing.T, traceparent string) event.Envelope {
	t.Helper()
	key := eventlog.Key{Tenant: b.tenant, Stream: uuid.Must(uuid.NewV7())}
	cause := eventlog.Cause{ID: "c1", CorrelationID: "c1", Actor: event.Person(uuid.New()), By: event.Submit, At: b.clock(), TraceParent: traceparent}
	recorded, err := b.record(t.Context(), cause, key, nil, event.RequestSubmitted{Name: "web-1"})
	if err != nil {
		t.Fatal(err)
	}
	return recorded[0]
}

// handler is the function as it is now described.
func (b *bundle) handler(t *testing.T) http.Handler {
	t.Helper()
	h, err := function.NewHandler(b.config, function.Function{
		Name: event.Approve, Log: b.log, Ledger: b.log, Callers: callers{b.tenant}, Senders: b.senders, Now: b.clock,
		Logger: slog.New(slog.DiscardHandler),
		Routes: function.Routes{
			Facts:    map[event.Type]function.FactHandler{submittedType: b.onFact},
			Timers:   map[string]function.TimerHandler{"remind": b.onTimer},
			Tick:     b.onTick,
			Commands: map[string]function.CommandHandler{"io.dcm.request.decide": b.command},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// callers knows one token.
type callers struct{ tenant uuid.UUID }

func (c callers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	switch r.Header.Get("Authorization") {
	case "Bearer anna":
		return identity.Caller{Person: event.PersonID(c.tenant, "anna"), Tenant: c.tenant, Subject: "anna", Roles: []string{"approver"}}, nil
	case "":
		return identity.Caller{}, identity.ErrNoToken
	}
	return identity.Caller{}, identity.ErrBadToken
}

// binary is an event in binary mode.
func binary(headers map[string]string, data string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(data))
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/functions/submit")
	if data != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range headers {
		if value == "-" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, value)
	}
	return r
}

func doorbell(e event.Envelope) *http.Request {
	return binary(map[string]string{"ce-id": e.ID.String(), "ce-type": string(e.Type), "ce-tenantid": e.Tenant.String()}, string(e.Data))
}

func ping() *http.Request {
	return binary(map[string]string{"ce-id": "p", "ce-type": "dev.knative.sources.ping"}, "")
}

func decide(token, data string) *http.Request {
	r := binary(map[string]string{"ce-id": "d1", "ce-type": "io.dcm.request.decide", "ce-subject": uuid.NewString()}, data)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// serve gives the request to the function, and waits for what it announces.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	function.AwaitAnnounced(r.Context(), h)
	return w
}

var (
	errAway  = fault.New(fault.Transient, "away", "vCenter is away.")
	errNever = fault.New(fault.Invalid, "never", "This cannot be done.")
	errBug   = errors.New("a bug")
)

// large is a body of n bytes.
func large(n int) io.Reader { return bytes.NewReader(bytes.Repeat([]byte{' '}, n)) }
