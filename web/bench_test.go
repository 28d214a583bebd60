package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/vault"
	"dcm.io/web/internal/command"
	"dcm.io/web/internal/issuertest"
	"dcm.io/web/internal/session"
	"github.com/google/uuid"
)

// Keys of tests.
const (
	masterKey  = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	sessionKey = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
)

// Two customers and their people.
var (
	acme   = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000b")

	ada  = issuertest.Person{Subject: "ada", Tenant: acme, Name: "Ada Lovelace", Email: "ada@acme.test", Locale: "de", Roles: []string{"user"}}
	bob  = issuertest.Person{Subject: "bob", Tenant: acme, Name: "Bob Berg", Email: "bob@acme.test", Locale: "en", Roles: []string{"user", "approver"}}
	cleo = issuertest.Person{Subject: "cleo", Tenant: acme, Name: "Cleo Stein", Email: "cleo@acme.test", Roles: []string{"auditor"}}
	dora = issuertest.Person{Subject: "dora", Tenant: acme, Name: "Dora Klein", Email: "dora@acme.test", Roles: []string{"user"}}
	gwen = issuertest.Person{Subject: "gwen", Tenant: globex, Name: "Gwen Gross", Email: "gwen@globex.test", Roles: []string{"tenant_admin"}}
)

func idOf(p issuertest.Person) uuid.UUID { return event.PersonID(p.Tenant, p.Subject) }

// A bench is web as it runs, on a database of its own, with an issuer and with
// functions that do what a test says.
type bench struct {
	t         *testing.T
	db        *pgtest.DB
	issuer    *issuertest.Issuer
	url       string
	functions *functions
	stop      context.CancelFunc // as SIGTERM does

	ahead  atomic.Int64 // nanoseconds by which web's clock is ahead
	causes atomic.Int64
	logs   map[event.Function]*pglog.Log
	signer *checkpoint.Signer // of the log
}

func setup(t *testing.T) *bench {
	t.Helper()
	db := pgtest.New(t)
	b := &bench{t: t, db: db, issuer: issuertest.New(t), functions: &functions{}, logs: map[event.Function]*pglog.Log{}, signer: checkpointtest.Signer(t)}
	for id, slug := range map[uuid.UUID]string{acme: "acme", globex: "globex"} {
		b.record(id, id, event.TenantRegistered{Slug: slug, Name: strings.ToUpper(slug), Locale: "de"})
	}
	backend := httptest.NewServer(b.functions)
	t.Cleanup(backend.Close)
	server := httptest.NewUnstartedServer(nil)
	b.url = "http://" + server.Listener.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	h, err := handler(ctx, config{
		Identity: identity.Config{Issuer: b.issuer.URL, Audience: "dcm"},
		Session:  session.Config{Portal: b.url, Client: issuertest.Client, Secret: issuertest.Secret, Scopes: []string{"openid", "profile", "email"}, Key: sessionKey},
		Command:  command.Config{Submit: backend.URL, Approve: backend.URL, AuditExport: backend.URL},
		Vault:    vault.Config{Keys: masterKey}, SignedBy: b.signer.Key().String(),
	}, b.log(event.Web), b.now)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = h
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(stop)
	return b
}

// within makes a subtest, which must not run beside others, the one that fails.
func (b *bench) within(t *testing.T) {
	t.Helper()
	before := b.t
	b.t = t
	t.Cleanup(func() { b.t = before })
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

func (b *bench) pass(d time.Duration) { b.ahead.Add(int64(d)) }

func (b *bench) log(f event.Function) *pglog.Log {
	if b.logs[f] == nil {
		b.logs[f] = b.db.Log(b.t, f)
	}
	return b.logs[f]
}

// record appends facts to a stream, each by the function whose it is.
func (b *bench) record(tenant, stream uuid.UUID, facts ...event.Fact) {
	b.t.Helper()
	for _, f := range facts {
		by := producer(f)
		key := eventlog.Key{Tenant: tenant, Stream: stream}
		before, err := b.log(by).Read(b.t.Context(), key)
		if err != nil {
			b.t.Fatal(err)
		}
		_, err = b.log(by).Append(b.t.Context(), eventlog.Record{
			Key: key, Expect: eventlog.HeadOf(before), Facts: []event.Fact{f},
			Cause: eventlog.Cause{ID: "test-" + strconv.FormatInt(b.causes.Add(1), 10), Actor: event.By(by), By: by, At: b.now()},
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

func producer(f event.Fact) event.Function {
	for _, e := range event.Catalog {
		if e.Zero.EventType() == f.EventType() {
			return e.From
		}
	}
	return ""
}

// submitted records a request of p and returns its id.
func (b *bench) submitted(p issuertest.Person, name string) uuid.UUID {
	b.t.Helper()
	id := event.DeriveID(p.Tenant, "test-request", name)
	b.record(p.Tenant, id, event.RequestSubmitted{
		Requester: idOf(p), Project: "web-shop", Name: name, Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
		Network: "dev", LeaseDays: 30, MonthlyCents: 7200, Currency: "EUR", Justification: b.seal(p, "for the "+name),
	})
	return id
}

// waiting records a request of p that somebody has to decide.
func (b *bench) waiting(p issuertest.Person, name string) uuid.UUID {
	b.t.Helper()
	id := b.submitted(p, name)
	b.record(p.Tenant, id, event.ApprovalOpened{
		Receipt: event.Receipt{Policy: "default", Version: 1, Rule: "needs-approver", Outcome: "require", Inputs: map[string]any{"vcpu": 4}},
		Role:    "approver", RemindAt: b.now().Add(time.Hour), DueAt: b.now().Add(24 * time.Hour),
	})
	return id
}

func (b *bench) seal(p issuertest.Person, text string) event.Sealed {
	b.t.Helper()
	v, err := vault.New(masterKey, b.log(event.Web))
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := v.Seal(b.t.Context(), p.Tenant, idOf(p), text)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// functions stand for submit, approve and audit-export. What a test does not
// expect is refused.
type functions struct {
	answer func(r *http.Request, data []byte) (any, error)
	down   atomic.Bool
}

func (f *functions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.down.Load() {
		http.Error(w, "no healthy upstream", http.StatusServiceUnavailable)
		return
	}
	data, err := io.ReadAll(r.Body)
	var body any
	if err == nil && f.answer != nil {
		body, err = f.answer(r, data)
	}
	if err != nil {
		fault.WriteProblem(w, err, "trace-of-the-function")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(body)
}

// A client is somebody who speaks to web.
type client struct {
	b     *bench
	http  *http.Client
	token string // bearer; a session if empty
}

// bearer is a program of p's.
func (b *bench) bearer(p issuertest.Person) *client {
	return &client{b: b, http: &http.Client{}, token: b.issuer.AccessToken(p)}
}

// browser has cookies, and follows the issuer's redirects.
func (b *bench) browser() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &client{b: b, http: &http.Client{Jar: jar}}
}

// signedIn is a browser in which p has signed in.
func (b *bench) signedIn(p issuertest.Person) *client {
	b.t.Helper()
	c := b.browser()
	b.issuer.Present(p)
	if resp, _ := c.do(http.MethodGet, "/auth/login", nil, nil); resp.Request.URL.Path != "/" {
		b.t.Fatalf("signing in led to %s", resp.Request.URL)
	}
	return c
}

// do sends a request and reads the whole answer.
func (c *client) do(method, path string, body any, header http.Header) (*http.Response, []byte) {
	c.b.t.Helper()
	var content io.Reader
	if body != nil {
		plain, err := json.Marshal(body)
		if err != nil {
			c.b.t.Fatal(err)
		}
		content = bytes.NewReader(plain)
	}
	r, err := http.NewRequestWithContext(c.b.t.Context(), method, c.b.url+path, content)
	if err != nil {
		c.b.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		c.b.t.Fatal(err)
	}
	return resp, answer
}

// get asks for something and expects a status; the answer is read into out.
func (c *client) get(path string, status int, out any) {
	c.b.t.Helper()
	c.expect(http.MethodGet, path, nil, status, out)
}

// post sends a command as the portal does.
func (c *client) post(path string, body any, status int, out any) {
	c.b.t.Helper()
	c.expect(http.MethodPost, path, body, status, out)
}

func (c *client) expect(method, path string, body any, status int, out any) {
	c.b.t.Helper()
	resp, answer := c.do(method, path, body, http.Header{"X-Dcm-Request": {"1"}, "Content-Type": {"application/json"}})
	if resp.StatusCode != status {
		c.b.t.Fatalf("%s %s: %s, want %d: %s", method, path, resp.Status, status, answer)
	}
	if got := resp.Header.Get("Content-Type"); status >= http.StatusBadRequest && got != "application/problem+json" {
		c.b.t.Fatalf("%s %s: a problem of type %q: %s", method, path, got, answer)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			c.b.t.Fatalf("%s %s: %v: %s", method, path, err, answer)
		}
	}
}
