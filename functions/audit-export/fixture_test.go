package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

var acme, globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a"), uuid.MustParse("0197f3a0-0000-7000-8000-00000000000c")

// A clock stands still until it is told to go on.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// A bundle of what a test of the handler needs.
type fixture struct {
	t     *testing.T
	log   *memory.Log
	flaky *flakyLog
	store *fakeStore
	clock *clock
	x     *exporter
	http  http.Handler
}

func setup(t *testing.T) *fixture {
	t.Helper()
	c := &clock{t: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}
	f := &fixture{t: t, log: memory.New(c.now), store: &fakeStore{}, clock: c}
	f.flaky = &flakyLog{Log: f.log}
	f.x = &exporter{log: f.flaky, history: recorded{f.log}, store: f.store, notary: nobody{}, software: "test", now: c.now}
	if err := f.x.keep(10, 5*time.Minute); err != nil {
		t.Fatal(err)
	}
	var err error
	f.http, err = function.NewHandler(function.Config{}, function.Function{
		Name: event.AuditExport, Log: f.log, Ledger: f.log, Callers: headers{}, Routes: f.x.routes(nil), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ask records that somebody wants all of the tenant's log until now.
func (f *fixture) ask(tenant uuid.UUID) event.Envelope {
	f.t.Helper()
	stream := event.DeriveID(tenant, "bundle")
	made, err := f.log.Append(f.t.Context(), eventlog.Record{
		Key:   eventlog.Key{Tenant: tenant, Stream: stream},
		Cause: eventlog.Cause{ID: "ask", CorrelationID: "ask", By: event.Submit, Actor: event.By(event.Submit), At: f.clock.now()},
		Facts: []event.Fact{event.AuditRequested{By: event.PersonID(tenant, "auditor"), From: f.clock.now().AddDate(-1, 0, 0), To: f.clock.now().Add(time.Second)}},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.clock.advance(time.Minute)
	return made[0]
}

// submitted records n requests for machines.
func (f *fixture) submitted(tenant uuid.UUID, n int) {
	f.t.Helper()
	for i := range n {
		_, err := f.log.Append(f.t.Context(), eventlog.Record{
			Key:   eventlog.Key{Tenant: tenant, Stream: event.DeriveID(tenant, "request", string(rune('a'+i)))},
			Cause: eventlog.Cause{ID: "submit", CorrelationID: "submit", By: event.Submit, Actor: event.By(event.Submit), At: f.clock.now()},
			Facts: []event.Fact{event.RequestSubmitted{Project: "webshop", Name: "web"}, event.RequestWithdrawn{}},
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
}

// ring is the broker's doorbell for a fact.
func (f *fixture) ring(e event.Envelope) int {
	return f.post(map[string]string{"ce-type": string(e.Type), "ce-id": e.ID.String(), "ce-tenantid": e.Tenant.String()}).Code
}

// tick is the ping that comes every minute.
func (f *fixture) tick() {
	f.clock.advance(time.Minute)
	f.post(map[string]string{"ce-type": "dev.knative.sources.ping", "ce-id": "tick"})
}

func (f *fixture) link(tenant uuid.UUID, role, bundle, id string) *httptest.ResponseRecorder {
	return f.post(map[string]string{
		"ce-type": "io.dcm.audit.download", "ce-id": cmp.Or(id, "link"), "ce-subject": bundle, "tenant": tenant.String(), "role": role,
	})
}

func (f *fixture) post(headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/test")
	r.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.http.ServeHTTP(w, r)
	return w
}

// found are the tenant's facts of one kind.
func found[F event.Fact](f *fixture, tenant uuid.UUID) []F {
	var out []F
	for _, e := range f.log.Facts(tenant) {
		if fact, ok := e.Fact.(F); ok {
			out = append(out, fact)
		}
	}
	return out
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return v
}

// headers takes the caller's word for who they are.
type headers struct{}

func (headers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	tenant := uuid.MustParse(r.Header.Get("tenant"))
	return identity.Caller{Tenant: tenant, Person: event.PersonID(tenant, "caller"), Roles: []string{r.Header.Get("role")}}, nil
}

// recorded is the history of a log in memory.
type recorded struct{ *memory.Log }

func (l recorded) Horizon(context.Context, uuid.UUID) (eventlog.Extent, error) {
	return eventlog.Extent{}, nil
}

func (l recorded) Facts(_ context.Context, tenant uuid.UUID, _ eventlog.Extent, from, to time.Time) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		for _, e := range l.Log.Facts(tenant) {
			if !e.RecordedAt.Before(from) && e.RecordedAt.Before(to) && !yield(eventlog.Placed{Envelope: e, Leaf: -1}, nil) {
				return
			}
		}
	}
}

// nobody signs.
type nobody struct{}

func (nobody) Tree(context.Context, uuid.UUID, uuid.UUID) (*export.Tree, error) { return nil, nil }

func (nobody) Exported(context.Context, uuid.UUID, uuid.UUID, int64) error { return nil }

var errDown = fault.New(fault.Transient, "down", "Down.")

// A flakyLog refuses the next appends.
type flakyLog struct {
	*memory.Log
	refuse int
}

func (l *flakyLog) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	if l.refuse > 0 {
		l.refuse--
		return nil, errDown
	}
	return l.Log.Append(ctx, r)
}

// A fakeStore keeps revisions, oldest first.
type fakeStore struct {
	mu      sync.Mutex
	objects []export.Object
	content map[string][]byte // by checksum
	puts    int
	down    bool
}

func (s *fakeStore) Put(ctx context.Context, o export.Object, content io.ReadSeeker) (export.Object, error) {
	if there, err := s.Find(ctx, o.Key, ""); err == nil {
		return there, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return export.Object{}, errDown
	}
	_, _ = content.Seek(0, io.SeekStart)
	b, err := io.ReadAll(content)
	if s.content == nil {
		s.content = map[string][]byte{}
	}
	s.objects, s.content[o.SHA256], s.puts = append(s.objects, o), b, s.puts+1
	return o, err
}

func (s *fakeStore) Find(_ context.Context, key, checksum string) (export.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return export.Object{}, errDown
	}
	for i := len(s.objects) - 1; i >= 0; i-- {
		if o := s.objects[i]; o.Key == key && (checksum == "" || o.SHA256 == checksum) {
			return o, nil
		}
	}
	return export.Object{}, export.ErrAbsent
}

func (s *fakeStore) Link(_ context.Context, o export.Object, at time.Time, ttl time.Duration) (string, error) {
	return "https://store/" + o.Key + "?sha=" + o.SHA256 + "&at=" + at.Format(time.RFC3339) + "&ttl=" + ttl.String(), nil
}

// read verifies the bundle that a fact names.
func (s *fakeStore) read(t *testing.T, f event.AuditExported) export.Report {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := export.Verify(bytes.NewReader(s.content[f.SHA256]), f.Bytes, export.Trust{SHA256: f.SHA256}, runtime.GOMAXPROCS(0))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
