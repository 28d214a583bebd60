package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/hypervisor/memory"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	logmemory "dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

var (
	tenant     = uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce")
	connection = functiontest.Connection
)

// people are the callers by token.
var people = map[string]identity.Caller{
	"uwe":  {Tenant: tenant, Person: event.PersonID(tenant, "uwe"), Roles: []string{"user", "approver"}},
	"tina": {Tenant: tenant, Person: event.PersonID(tenant, "tina"), Roles: []string{"tenant_admin"}},
}

type callers struct{}

func (callers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	c, ok := people[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !ok {
		return c, identity.ErrNoToken
	}
	return c, nil
}

type slugs struct{}

func (slugs) Tenant(context.Context, uuid.UUID) (readmodel.Tenant, error) {
	return readmodel.Tenant{Slug: "acme"}, nil
}

// shelf is a store in memory: the connection to the memory hypervisor, and what
// was kept.
type shelf struct {
	mu          sync.Mutex
	connections map[uuid.UUID]event.ConnectionConfigured
	kept        map[uuid.UUID]secret.Credentials
	err         error
}

func newShelf() *shelf {
	return &shelf{kept: map[uuid.UUID]secret.Credentials{}, connections: map[uuid.UUID]event.ConnectionConfigured{connection: {
		Folder: "/dc/vm", ResourcePool: "/dc/host/pool",
		Templates: []event.Template{{Key: "ubuntu-24.04", OS: "linux", Path: "/dc/vm/linux"}},
		Networks:  []event.Network{{Key: "dmz", Path: "/dc/network/lan"}},
	}}}
}

func (s *shelf) Get(_ context.Context, _, id uuid.UUID) (readmodel.Connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.connections[id]
	if !ok && s.err == nil {
		return readmodel.Connection{}, readmodel.ErrNotFound
	}
	return readmodel.Connection{ID: id, ConnectionConfigured: c}, s.err
}

func (s *shelf) Credentials(_ context.Context, _, id uuid.UUID) (secret.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[id], s.err
}

func (s *shelf) Keep(_ context.Context, _, id uuid.UUID, c secret.Credentials) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[id] = c
	return s.err
}

// one is a fleet of one hypervisor.
type one struct{ only hypervisor.Hypervisor }

func (o one) Hypervisor(context.Context, uuid.UUID, uuid.UUID) (hypervisor.Hypervisor, error) {
	return o.only, nil
}

// A recorder is all that provision wants of a log.
type recorder interface {
	eventlog.Log
	eventlog.Ledger
}

// bundle is provision with an empty log and a hypervisor, both in memory. Its
// clock is the test's: inside a synctest bubble hours pass at once.
type bundle struct {
	*testing.T
	log     *logmemory.Log
	vms     *memory.Hypervisor
	shelf   *shelf
	handler http.Handler
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{T: t, log: logmemory.New(time.Now), vms: memory.New(), shelf: newShelf()}
	b.handler = b.process(b.log, one{b.vms}, 0)
	return b
}

// process is another process of the same function.
func (b *bundle) process(log recorder, fleet hypervisors, patience time.Duration) http.Handler {
	b.Helper()
	p := &provisioner{log: log, tenants: slugs{}, store: b.shelf, fleet: fleet, now: time.Now}
	h, err := function.NewHandler(function.Config{Patience: patience}, function.Function{
		Name: event.Provision, Log: log, Ledger: log, Callers: callers{}, Routes: p.routes(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// post sends an event to a process and returns the answer.
func (b *bundle) post(h http.Handler, headers map[string]string, data string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(data))
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/test")
	r.Header.Set("content-type", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// answer is what a command was answered with.
type answer struct {
	Status int
	ID     uuid.UUID     `json:"id"`
	Code   string        `json:"code"`
	Errors []fault.Field `json:"errors"`
}

func (b *bundle) configure(who, id string, form map[string]any) answer {
	b.Helper()
	data, err := json.Marshal(form)
	if err != nil {
		b.Fatal(err)
	}
	w := b.post(b.handler, map[string]string{"ce-id": id, "ce-type": "io.dcm.connection.configure", "authorization": "Bearer " + who}, string(data))
	a := answer{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		b.Fatalf("%v in %s", err, w.Body)
	}
	return a
}

func (b *bundle) tick(h http.Handler) {
	b.Helper()
	if w := b.post(h, map[string]string{"ce-id": "tick", "ce-type": "dev.knative.sources.ping"}, ""); w.Code != http.StatusAccepted {
		b.Errorf("tick: status %d", w.Code)
	}
}

// ticks passes the time for d, with a tick every second.
func (b *bundle) ticks(d time.Duration) {
	b.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Second) {
		b.tick(b.handler)
	}
}

// ring announces a fact.
func (b *bundle) ring(h http.Handler, e event.Envelope) int {
	b.Helper()
	return b.post(h, map[string]string{"ce-id": e.ID.String(), "ce-type": string(e.Type), "ce-tenantid": e.Tenant.String()}, "").Code
}

// happen records what another function has to say about a request.
func (b *bundle) happen(request uuid.UUID, by event.Function, f event.Fact) event.Envelope {
	b.Helper()
	key := eventlog.Key{Tenant: tenant, Stream: request}
	cause := eventlog.Cause{ID: uuid.NewString(), CorrelationID: "root", By: by, Actor: event.By(by), At: time.Now()}
	recorded, err := b.log.Append(b.Context(), eventlog.Record{Key: key, Expect: eventlog.HeadOf(b.stream(request)), Cause: cause, Facts: []event.Fact{f}})
	if err != nil {
		b.Fatal(err)
	}
	return recorded[0]
}

// granted is a request that was approved and not announced yet.
func (b *bundle) granted(change ...func(*event.RequestSubmitted)) event.Envelope {
	b.Helper()
	asked := event.RequestSubmitted{
		Name: "web", Template: "ubuntu-24.04", OS: "linux", Size: "S", VCPU: 2, RAMGiB: 4, DiskGiB: 50, Network: "dmz", Connection: connection,
	}
	for _, c := range change {
		c(&asked)
	}
	request := uuid.New()
	b.happen(request, event.Submit, asked)
	return b.happen(request, event.Approve, event.ApprovalGranted{Automatic: true})
}

func (b *bundle) stream(request uuid.UUID) []event.Envelope {
	b.Helper()
	s, err := b.log.Read(b.Context(), eventlog.Key{Tenant: tenant, Stream: request})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// story is what provision recorded about a request, in short: advanced facts by
// their step.
func (b *bundle) story(request uuid.UUID) string {
	b.Helper()
	var all []string
	for _, e := range b.stream(request) {
		switch f := e.Fact.(type) {
		case event.RequestSubmitted, event.ApprovalGranted:
		case event.ProvisioningAdvanced:
			all = append(all, f.Step)
		case event.ProvisioningStalled:
			all = append(all, "stalled:"+f.Code)
		default:
			words := strings.Split(string(e.Type), ".")
			all = append(all, words[3])
		}
	}
	return strings.Join(all, " ")
}

func (b *bundle) want(reason string, request uuid.UUID, story string, machines int) {
	b.Helper()
	if got := b.story(request); got != story {
		b.Errorf("%s: want %q, got %q", reason, story, got)
	}
	if got := b.vms.Machines(); len(got) != machines {
		b.Errorf("%s: want %d machines, got %v", reason, machines, got)
	}
}

// vm is the machine as provision has it from the log.
func (b *bundle) vm(request uuid.UUID) (placement.VM, string) {
	b.Helper()
	s := build.Decider.Fold(b.stream(request))
	return s.VM, s.Task
}
