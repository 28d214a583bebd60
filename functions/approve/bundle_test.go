package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

var (
	tenant = uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce")
	rival  = uuid.MustParse("0197f3a0-0000-5000-8000-00000000b0b0")
	limits = approval.Limits{RemindIn: 24 * time.Hour, ExpireIn: 7 * 24 * time.Hour}
)

// people are the callers by token. Rita works for another tenant.
var people = map[string]identity.Caller{
	"ute":  {Tenant: tenant, Person: event.PersonID(tenant, "ute"), Roles: []string{"user", "approver"}},
	"uwe":  {Tenant: tenant, Person: event.PersonID(tenant, "uwe"), Roles: []string{"user"}},
	"anna": {Tenant: tenant, Person: event.PersonID(tenant, "anna"), Roles: []string{"approver"}},
	"tina": {Tenant: tenant, Person: event.PersonID(tenant, "tina"), Roles: []string{"tenant_admin"}},
	"adam": {Tenant: tenant, Person: event.PersonID(tenant, "adam"), Roles: []string{"auditor"}},
	"rita": {Tenant: rival, Person: event.PersonID(rival, "rita"), Roles: []string{"super_admin"}},
}

type callers struct{}

func (callers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	c, ok := people[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !ok {
		return c, identity.ErrNoToken
	}
	return c, nil
}

// bundle is approve with an empty log. Its clock is the test's: inside a
// synctest bubble days pass at once.
type bundle struct {
	*testing.T
	log     *memory.Log
	vault   *vault.Vault
	handler http.Handler
}

func setup(t *testing.T) *bundle {
	t.Helper()
	log := memory.New(time.Now)
	v, err := vault.New(base64.StdEncoding.EncodeToString(make([]byte, 32)), log)
	if err != nil {
		t.Fatal(err)
	}
	a := &approver{log: log, vault: v, docket: docket.Default, limits: limits, now: time.Now}
	h, err := function.NewHandler(function.Config{}, function.Function{
		Name: event.Approve, Log: log, Ledger: log, Callers: callers{}, Routes: a.routes(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &bundle{t, log, v, h}
}

// post sends an event and returns the answer.
func (b *bundle) post(headers map[string]string, data string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(data))
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/test")
	r.Header.Set("content-type", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// answer is what a command was answered with.
type answer struct {
	Status int
	ID     uuid.UUID `json:"id"`
	Code   string    `json:"code"`
}

// decide sends who's verdict on a request.
func (b *bundle) decide(who, id string, request uuid.UUID, data string) answer {
	b.Helper()
	w := b.post(map[string]string{"ce-id": id, "ce-type": "io.dcm.request.decide", "ce-subject": request.String(), "authorization": "Bearer " + who}, data)
	a := answer{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		b.Fatalf("%v in %s", err, w.Body)
	}
	return a
}

func (b *bundle) tick() {
	b.Helper()
	if w := b.post(map[string]string{"ce-id": "tick", "ce-type": "dev.knative.sources.ping"}, ""); w.Code != http.StatusAccepted {
		b.Errorf("tick: status %d", w.Code)
	}
}

// submitted is ute's request for a machine, recorded but not yet looked at.
func (b *bundle) submitted(ram int) event.Envelope {
	b.Helper()
	return b.happen(uuid.New(), event.RequestSubmitted{Requester: people["ute"].Person, Size: "?", VCPU: 2, RAMGiB: ram, DiskGiB: 50})
}

// opened is ute's request that waits for a person.
func (b *bundle) opened() uuid.UUID {
	b.Helper()
	e := b.submitted(8)
	b.ring(e)
	return e.Stream
}

// happen records what submit has to say about a request.
func (b *bundle) happen(request uuid.UUID, f event.Fact) event.Envelope {
	b.Helper()
	key := eventlog.Key{Tenant: tenant, Stream: request}
	stream, err := b.log.Read(b.Context(), key)
	if err != nil {
		b.Fatal(err)
	}
	cause := eventlog.Cause{ID: uuid.NewString(), CorrelationID: "root", By: event.Submit, Actor: event.By(event.Submit), At: time.Now()}
	recorded, err := b.log.Append(b.Context(), eventlog.Record{Key: key, Expect: eventlog.HeadOf(stream), Cause: cause, Facts: []event.Fact{f}})
	if err != nil {
		b.Fatal(err)
	}
	return recorded[0]
}

// ring announces a fact.
func (b *bundle) ring(e event.Envelope) {
	b.Helper()
	w := b.post(map[string]string{"ce-id": e.ID.String(), "ce-type": string(e.Type), "ce-tenantid": e.Tenant.String()}, "")
	if w.Code != http.StatusAccepted {
		b.Errorf("doorbell: status %d", w.Code)
	}
}

// want compares the facts of the tenant, in short.
func (b *bundle) want(reason, want string) {
	b.Helper()
	var all []string
	for _, e := range b.log.Facts(tenant) {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(string(e.Type), "io.dcm."), ".v1"))
	}
	if got := strings.Join(all, " "); got != want {
		b.Errorf("%s: want %q recorded, got %q", reason, want, got)
	}
}

// timers are the kinds of approve's timers, the earliest first.
func (b *bundle) timers() string {
	var kinds []string
	for _, d := range b.log.Debts(event.Approve) {
		kinds = append(kinds, d.Kind)
	}
	return strings.Join(kinds, " ")
}
