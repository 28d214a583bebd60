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

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

var (
	tenant     = uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce")
	rival      = uuid.MustParse("0197f3a0-0000-5000-8000-00000000b0b0")
	connection = uuid.MustParse("0197f3a0-0000-5000-8000-00000000c0de")
	start      = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// people are the callers by token. Rita works for another tenant.
var people = map[string]identity.Caller{
	"ute":   {Tenant: tenant, Person: event.PersonID(tenant, "ute"), Roles: []string{"user"}},
	"tess":  {Tenant: tenant, Person: event.PersonID(tenant, "tess"), Roles: []string{"tenant_admin"}},
	"uwe":   {Tenant: tenant, Person: event.PersonID(tenant, "uwe"), Roles: []string{"user"}},
	"anna":  {Tenant: tenant, Person: event.PersonID(tenant, "anna"), Roles: []string{"user", "approver"}},
	"adam":  {Tenant: tenant, Person: event.PersonID(tenant, "adam"), Roles: []string{"auditor"}},
	"rita":  {Tenant: rival, Person: event.PersonID(rival, "rita"), Roles: []string{"super_admin"}},
	"guest": {Tenant: tenant, Person: event.PersonID(tenant, "guest")},
}

type callers struct{}

func (callers) Caller(_ context.Context, r *http.Request) (identity.Caller, error) {
	c, ok := people[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !ok {
		return c, identity.ErrNoToken
	}
	return c, nil
}

// catalog is what every tenant has, unless err.
type catalog struct{ err error }

func (c catalog) List(context.Context, uuid.UUID) ([]readmodel.Connection, error) {
	return []readmodel.Connection{{ID: connection, ConnectionConfigured: event.ConnectionConfigured{
		Templates: []event.Template{{Key: "ubuntu-24.04", OS: "linux"}}, Networks: []event.Network{{Key: "dmz"}},
	}}}, c.err
}

// morgue finds dead letters in a log in memory.
type morgue struct{ log *memory.Log }

func (m morgue) DeadLetter(_ context.Context, w eventlog.Work) (pglog.DeadLetter, bool, error) {
	for _, d := range m.log.Debts(w.Function) {
		if d.Dead && d.Key == w.Key && d.Fact == w.Fact && d.Kind == w.Kind {
			return pglog.DeadLetter{Work: d.Work, Reason: d.Reason}, true, nil
		}
	}
	return pglog.DeadLetter{}, false, nil
}

// bundle is submit with an empty log whose clock stands still.
type bundle struct {
	*testing.T
	log     *memory.Log
	vault   *vault.Vault
	handler http.Handler
}

func setup(t *testing.T, offers connections) *bundle {
	t.Helper()
	return setupBeside(t, offers, "")
}

// setupBeside is setup with a broker.
func setupBeside(t *testing.T, offers connections, broker string) *bundle {
	t.Helper()
	clock := func() time.Time { return start }
	log := memory.New(clock)
	v, err := vault.New(base64.StdEncoding.EncodeToString(make([]byte, 32)), log)
	if err != nil {
		t.Fatal(err)
	}
	s := &submitter{log: log, vault: v, connections: offers, letters: morgue{log}, requests: open{log}, now: clock}
	h, err := function.NewHandler(function.Config{Sink: broker}, function.Function{
		Name: event.Submit, Log: log, Ledger: log, Callers: callers{}, Routes: s.routes(), Now: clock, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &bundle{t, log, v, h}
}

// answer is what a command was answered with.
type answer struct {
	Status int
	ID     uuid.UUID     `json:"id"`
	Code   string        `json:"code"`
	Errors []fault.Field `json:"errors"`
}

// command sends kind about subject as who.
func (b *bundle) command(who, id, kind string, subject uuid.UUID, data string) answer {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(data))
	for name, value := range map[string]string{
		"ce-specversion": "1.0", "ce-id": id, "ce-type": "io.dcm." + kind, "ce-source": "/portal",
		"content-type": "application/json", "authorization": "Bearer " + who,
	} {
		r.Header.Set(name, value)
	}
	if subject != uuid.Nil {
		r.Header.Set("ce-subject", subject.String())
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	a := answer{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		b.Fatalf("%s: %v in %s", kind, err, w.Body)
	}
	return a
}

// happen records what another function has to say about a request.
func (b *bundle) happen(id uuid.UUID, by event.Function, facts ...event.Fact) {
	b.Helper()
	key := eventlog.Key{Tenant: tenant, Stream: id}
	stream, err := b.log.Read(b.Context(), key)
	if err != nil {
		b.Fatal(err)
	}
	cause := eventlog.Cause{ID: uuid.NewString(), By: by, Actor: event.By(by), At: start}
	if _, err := b.log.Append(b.Context(), eventlog.Record{Key: key, Expect: eventlog.HeadOf(stream), Cause: cause, Facts: facts}); err != nil {
		b.Fatal(err)
	}
}

// types are those of all facts of a tenant, in short.
func (b *bundle) types(of uuid.UUID) string {
	var all []string
	for _, e := range b.log.Facts(of) {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(string(e.Type), "io.dcm."), ".v1"))
	}
	return strings.Join(all, " ")
}

func (b *bundle) want(reason, want string) {
	b.Helper()
	if got := b.types(tenant); got != want {
		b.Errorf("%s: want %q recorded, got %q", reason, want, got)
	}
}
