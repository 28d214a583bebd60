package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/functions/notify/internal/render"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A bundle is notify with a log in memory, a real vault, real templates, and a
// mail server of the test's. Its clock moves only when told.
type bundle struct {
	*testing.T
	log     *memory.Log
	vault   *vault.Vault
	people  people
	post    *postbox
	notify  *notifier
	handler http.Handler
	lines   *bytes.Buffer
	now     time.Time
	key     eventlog.Key // the request
}

// setup makes the bundle; wrap, if not nil, stands between notify and the log.
func setup(t *testing.T, wrap func(eventlog.Log) eventlog.Log) *bundle {
	t.Helper()
	b := &bundle{
		T: t, people: people{}, post: &postbox{}, lines: new(bytes.Buffer), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		key: eventlog.Key{Tenant: uuid.New(), Stream: uuid.New()},
	}
	b.log = memory.New(b.clock)
	var err error
	if b.vault, err = vault.New(base64.StdEncoding.EncodeToString(make([]byte, 32)), b.log); err != nil {
		t.Fatal(err)
	}
	words, err := render.New("https://portal.test", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(b.lines, nil))
	b.notify = &notifier{logger: logger, log: b.log, people: b.people, secrets: b.vault, writer: words, post: b.post, now: b.clock}
	if wrap != nil {
		b.notify.log = wrap(b.log)
	}
	b.handler, err = function.NewHandler(function.Config{}, function.Function{
		Name: event.Notify, Log: b.log, Ledger: b.log, Routes: b.notify.routes(), Now: b.clock,
		Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bundle) clock() time.Time { return b.now }

// knows introduces a person to the tenant.
func (b *bundle) knows(tenant uuid.UUID, name, email, locale string, roles ...string) uuid.UUID {
	b.Helper()
	id := event.PersonID(tenant, name)
	profile, err := json.Marshal(event.Profile{Name: name, Email: email})
	if err != nil {
		b.Fatal(err)
	}
	sealed, err := b.vault.Seal(b.Context(), tenant, id, string(profile))
	if err != nil {
		b.Fatal(err)
	}
	b.people[tenant] = append(b.people[tenant], readmodel.Person{ID: id, Profile: sealed, Locale: locale, Roles: roles})
	return id
}

// happens records a fact of another function.
func (b *bundle) happens(f event.Fact) event.Envelope {
	b.Helper()
	stream, err := b.log.Read(b.Context(), b.key)
	if err != nil {
		b.Fatal(err)
	}
	by := event.Catalog[slices.IndexFunc(event.Catalog, func(e event.Entry) bool { return e.Zero.EventType() == f.EventType() })].From
	recorded, err := b.log.Append(b.Context(), eventlog.Record{
		Key: b.key, Expect: eventlog.HeadOf(stream), Facts: []event.Fact{f},
		Cause: eventlog.Cause{ID: fmt.Sprint("past ", len(stream)), CorrelationID: "the command", Actor: event.By(by), By: by, At: b.now},
	})
	if err != nil {
		b.Fatal(err)
	}
	return recorded[0]
}

// request makes jana ask for a machine, and lets notify hear of it.
func (b *bundle) request(jana uuid.UUID) {
	b.Helper()
	words, err := b.vault.Seal(b.Context(), b.key.Tenant, jana, "Für den Shop")
	if err != nil {
		b.Fatal(err)
	}
	b.ring(b.happens(event.RequestSubmitted{
		Requester: jana, Name: "web-01", Project: "shop", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
		Network: "dmz", LeaseDays: 90, MonthlyCents: 7900, Currency: "EUR", Justification: words,
	}))
}

func (b *bundle) opens() event.Envelope {
	b.Helper()
	return b.happens(event.ApprovalOpened{Role: "approver", DueAt: b.now.AddDate(0, 0, 7)})
}

// ring announces a fact, as the broker does.
func (b *bundle) ring(e event.Envelope) {
	b.Helper()
	b.deliver(map[string]string{"ce-id": e.ID.String(), "ce-type": string(e.Type), "ce-tenantid": e.Tenant.String()})
}

// tick is what comes every minute; wait passes before it.
func (b *bundle) tick(wait time.Duration) {
	b.Helper()
	b.now = b.now.Add(wait)
	b.deliver(map[string]string{"ce-id": "tick", "ce-type": "dev.knative.sources.ping"})
}

func (b *bundle) deliver(headers map[string]string) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", nil)
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/test")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	if w.Code != http.StatusAccepted {
		b.Fatalf("status %d: %s", w.Code, b.lines)
	}
}

// recorded counts notify's facts by type, kind of message and code.
func (b *bundle) recorded() map[string]int {
	b.Helper()
	n := map[string]int{}
	for _, e := range b.log.Facts(b.key.Tenant) {
		switch f := e.Fact.(type) {
		case event.NotificationQueued:
			n["queued "+f.Message]++
		case event.NotificationSent:
			n["sent "+f.Message]++
		case event.NotificationFailed:
			n["failed "+f.Message+" "+f.Code]++
		}
	}
	return n
}

// owes fails if notify has work left, or dead letters.
func (b *bundle) owes(want int) {
	b.Helper()
	debts := b.log.Debts(event.Notify)
	for _, d := range debts {
		if d.Dead {
			b.Errorf("dead letter %s: %s", d.Kind, d.Reason)
		}
	}
	if len(debts) != want {
		b.Errorf("owes %d pieces of work, want %d: %+v", len(debts), want, debts)
	}
}

// people are the directory, by tenant.
type people map[uuid.UUID][]readmodel.Person

func (p people) Person(_ context.Context, tenant, id uuid.UUID) (readmodel.Person, error) {
	for _, q := range p[tenant] {
		if q.ID == id {
			return q, nil
		}
	}
	return readmodel.Person{}, readmodel.ErrNotFound
}

func (p people) WithRole(_ context.Context, tenant uuid.UUID, roles ...string) ([]readmodel.Person, error) {
	return slices.DeleteFunc(slices.Clone(p[tenant]), func(q readmodel.Person) bool {
		return !slices.ContainsFunc(q.Roles, func(r string) bool { return slices.Contains(roles, r) })
	}), nil
}

func (p people) Tenant(_ context.Context, tenant uuid.UUID) (readmodel.Tenant, error) {
	return readmodel.Tenant{ID: tenant, Slug: "acme", Name: "Acme GmbH", Locale: "de"}, nil
}

// postbox keeps what is sent; refuse, if not nil, says why not.
type postbox struct {
	mu      sync.Mutex
	refuse  func(mail.Letter) error
	letters []mail.Letter
}

func (p *postbox) Send(_ context.Context, l mail.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse != nil {
		if err := p.refuse(l); err != nil {
			return err
		}
	}
	p.letters = append(p.letters, l)
	return nil
}

func (p *postbox) MessageID(id uuid.UUID) string { return "<" + id.String() + "@portal.test>" }

// last is the letter sent last, an empty one if there is none.
func (p *postbox) last() mail.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.letters) == 0 {
		return mail.Letter{}
	}
	return p.letters[len(p.letters)-1]
}

// sent lists address and subject of all letters, sorted.
func (p *postbox) sent() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, l := range p.letters {
		out = append(out, l.Address+": "+l.Subject)
	}
	slices.Sort(out)
	return out
}

func wants(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w && fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\ngot  %s\nwant %s", what, strings.ReplaceAll(g, `" "`, "\"\n     \""), strings.ReplaceAll(w, `" "`, "\"\n     \""))
	}
}
