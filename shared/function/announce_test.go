package function_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// A sink keeps what it is sent.
type sink struct {
	*httptest.Server
	status int

	mu     sync.Mutex // guards heard
	heard  []http.Header
	bodies []string
}

func newSink(t *testing.T, status int) *sink {
	t.Helper()
	s := &sink{status: status}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.heard, s.bodies = append(s.heard, r.Header), append(s.bodies, string(body))
		w.WriteHeader(s.status)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *sink) announcements() ([]http.Header, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard, s.bodies
}

func TestAnnounce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := newSink(t, http.StatusAccepted)
	b.config.Sink = s.URL
	parent := "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	var recorded event.Envelope
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		c := function.Because(in, event.Approve, b.clock())
		c.TraceParent = parent
		facts, err := b.record(ctx, c, w.Key, &w, event.ApprovalGranted{Automatic: true}, event.AccessDenied{Action: "nobody is owed this"})
		recorded = facts[0]
		return facts, err
	}
	fact := b.submitted(t)
	serve(b.handler(t), doorbell(fact))
	heard, bodies := s.announcements()
	if len(heard) != 1 {
		t.Fatalf("%d announcements, want only of what somebody is owed", len(heard))
	}
	want := map[string]string{ // as event/doc.go promises
		"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Id": recorded.ID.String(), "Ce-Source": "/functions/approve",
		"Ce-Type": "io.dcm.approval.granted.v1", "Ce-Subject": fact.Stream.String(), "Ce-Time": "2026-03-02T09:00:00Z", "Ce-Tenantid": b.tenant.String(),
		"Ce-Causationid": fact.ID.String(), "Ce-Correlationid": "c1", "Ce-Partitionkey": fact.Stream.String(), "Ce-Traceparent": parent,
	}
	got := map[string]string{}
	for name := range heard[0] {
		if _, ok := want[name]; ok || name[:min(3, len(name))] == "Ce-" {
			got[name] = heard[0].Get(name)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("announced %v\nwant      %v", got, want)
	}
	if passed := heard[0].Get("Traceparent"); !strings.HasPrefix(passed, parent[:36]) || passed == parent {
		t.Errorf("passed on %s, want a step further in the trace of %s", passed, parent)
	}
	if bodies[0] != string(recorded.Data) {
		t.Errorf("body %s, want the fact's exact bytes", bodies[0])
	}
}

// TestAnnouncingFails: a broker that is away costs nobody an answer.
func TestAnnouncingFails(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done() // answers never
	}))
	t.Cleanup(func() {
		slow.CloseClientConnections()
		slow.Close()
	})
	cases := map[string]struct{ sink string }{
		"Down":      {sink: gone.URL},
		"Refuses":   {sink: newSink(t, http.StatusInternalServerError).URL},
		"Slow":      {sink: slow.URL},
		"NoAddress": {sink: "::not a url"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.config.Sink = tc.sink
			fact := b.submitted(t)
			begun, w := time.Now(), httptest.NewRecorder()
			b.handler(t).ServeHTTP(w, doorbell(fact))
			if w.Code != http.StatusAccepted {
				t.Errorf("status %d, want 202: it is recorded", w.Code)
			}
			if took := time.Since(begun); took > 2*time.Second {
				t.Errorf("took %v: nobody waits for the broker", took)
			}
			if len(b.log.Debts(event.Notify)) != 2 || len(b.log.Debts(event.Provision)) != 1 {
				t.Error("the consumers' work is not owed; their ticks would not find it")
			}
		})
	}
}

// TestCommandAnnounces, and its cause names the caller.
func TestCommandAnnounces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := newSink(t, http.StatusAccepted)
	b.config.Sink = s.URL
	key := eventlog.Key{Tenant: b.tenant, Stream: uuid.New()}
	b.command = func(ctx context.Context, c function.Command) (function.Answer, error) {
		recorded, err := b.record(ctx, c.Cause, key, nil, event.ApprovalGranted{By: c.Caller.Person})
		return function.Answer{Status: http.StatusCreated, Location: "/requests/1", Body: map[string]string{"id": "1"}, Recorded: recorded}, err
	}
	h := b.handler(t)
	w := serve(h, decide("anna", `{"decision":"approve"}`))
	if w.Code != http.StatusCreated || w.Header().Get("Location") != "/requests/1" || w.Body.String() != "{\"id\":\"1\"}\n" {
		t.Errorf("answered %d %v %s", w.Code, w.Header(), w.Body)
	}
	if heard, _ := s.announcements(); len(heard) != 1 {
		t.Errorf("%d announcements, want 1", len(heard))
	}
	e := b.log.Facts(b.tenant)[0]
	anna := event.PersonID(b.tenant, "anna")
	if e.Actor != event.Person(anna) || e.CorrelationID != "d1" || len(e.CauseDigest) != 32 || e.CauseID != "command:"+anna.String()+":d1" {
		t.Errorf("recorded as %+v", e)
	}
	if w := serve(h, decide("anna", `{"decision":"reject"}`)); w.Code != http.StatusConflict {
		t.Errorf("the same id with other content: %d, want 409", w.Code)
	}
}
