package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/web/internal/api"
	"dcm.io/web/internal/issuertest"
	"github.com/google/uuid"
)

// tess runs the tenant.
var tess = issuertest.Person{Subject: "tess", Tenant: acme, Name: "Tess Amt", Email: "tess@acme.test", Locale: "en", Roles: []string{"tenant_admin"}}

// givenUp records a request of p of which notify has given up to tell anybody.
func (b *bench) givenUp(p issuertest.Person, name string) uuid.UUID {
	b.t.Helper()
	id := b.submitted(p, name)
	notify := b.log(event.Notify)
	stream, err := notify.Read(b.t.Context(), eventlog.Key{Tenant: p.Tenant, Stream: id})
	if err != nil {
		b.t.Fatal(err)
	}
	w, _, _, err := notify.Take(b.t.Context(), event.Notify, p.Tenant, stream[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := notify.Fail(b.t.Context(), w, "panic: no template\ngoroutine 7 [running]:\nmain.main()", time.Hour, true); err != nil {
		b.t.Fatal(err)
	}
	return id
}

func TestStuck(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.givenUp(ada, "shop-1")
	b.givenUp(ada, "shop-2")
	var p api.StuckPage
	b.bearer(cleo).get("/api/v1/stuck?limit=1", http.StatusOK, &p)
	if len(p.Items) != 1 || p.Dead != 2 || p.NextCursor == nil {
		t.Fatalf("got %+v", p)
	}
	w := p.Items[0]
	if w.State != "dead" || w.Function != "notify" || w.StreamID != id || w.FactID == nil || w.FactType != "io.dcm.request.submitted.v1" || w.Timer != "" ||
		*w.RequestID != id || w.RequestName != "shop-1" || w.Attempts != 1 || w.NextTry != nil || w.Reason != "panic: no template" {
		t.Errorf("got %+v", w)
	}
	b.bearer(cleo).get("/api/v1/stuck?limit=1&cursor="+*p.NextCursor, http.StatusOK, &p)
	if len(p.Items) != 1 || p.Items[0].RequestName != "shop-2" || p.NextCursor != nil {
		t.Errorf("got %+v", p)
	}
	b.bearer(tess).get("/api/v1/stuck?state=overdue", http.StatusOK, &p)
	if len(p.Items) != 0 || p.Dead != 2 {
		t.Errorf("nothing is overdue yet: %+v", p)
	}
	b.bearer(gwen).get("/api/v1/stuck", http.StatusOK, &p)
	if len(p.Items) != 0 || p.Dead != 0 {
		t.Errorf("the other tenant sees %+v", p)
	}
	b.bearer(cleo).get("/api/v1/stuck?cursor=abc", http.StatusUnprocessableEntity, nil)
	for _, who := range []issuertest.Person{ada, bob} {
		b.bearer(who).get("/api/v1/stuck", http.StatusForbidden, nil)
	}
	var facts api.AuditFactPage
	b.bearer(cleo).get("/api/v1/audit/facts?type=io.dcm.access.denied.v1", http.StatusOK, &facts)
	if len(facts.Items) != 2 || facts.Items[0].Data["action"] != "work.read" {
		t.Errorf("want both refusals in the log, got %+v", facts.Items)
	}
	var me api.Me
	for person, want := range map[*issuertest.Person][2]bool{&ada: {}, &cleo: {true, false}, &tess: {true, true}} {
		if b.bearer(*person).get("/api/v1/me", http.StatusOK, &me); [2]bool{me.Can.SeeStuck, me.Can.Replay} != want {
			t.Errorf("%s can %+v", person.Name, me.Can)
		}
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stream, fact, record := uuid.New(), uuid.New(), uuid.New()
	wanted := map[string]any{"function": "notify", "stream_id": stream, "fact_id": fact}
	b.functions.answer = func(r *http.Request, data []byte) (any, error) {
		var got map[string]any
		if err := json.Unmarshal(data, &got); err != nil {
			return nil, err
		}
		if r.Header.Get("Ce-Type") != "io.dcm.work.replay" || len(got) != 3 || got["fact_id"] != fact.String() || got["stream_id"] != stream.String() {
			t.Errorf("submit was sent %s %s", r.Header.Get("Ce-Type"), data)
		}
		return map[string]any{"id": record}, nil
	}
	c := b.signedIn(tess)
	resp, answer := c.do(http.MethodPost, "/api/v1/stuck/replay", wanted, http.Header{"X-Dcm-Request": {"1"}, "Idempotency-Key": {"r1"}})
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(answer), record.String()) {
		t.Errorf("%s %s", resp.Status, answer)
	}
	b.functions.answer = func(*http.Request, []byte) (any, error) { return nil, eventlog.ErrNotDead }
	var p fault.Problem
	c.post("/api/v1/stuck/replay", wanted, http.StatusConflict, &p)
	if p.Code != "not_dead" {
		t.Errorf("got %+v", p)
	}
	c.post("/api/v1/stuck/replay", map[string]any{"function": "notify"}, http.StatusUnprocessableEntity, &p)
}
