package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/web/internal/api"
	"dcm.io/web/internal/issuertest"
	"github.com/google/uuid"
)

// erase does what submit does with the command.
func (b *bench) erase(p issuertest.Person) {
	b.t.Helper()
	key := eventlog.Key{Tenant: p.Tenant, Stream: idOf(p)}
	before, err := b.log(event.Submit).Read(b.t.Context(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	_, err = b.log(event.Submit).Append(b.t.Context(), eventlog.Record{
		Key: key, Expect: eventlog.HeadOf(before), Destroys: idOf(p),
		Facts: []event.Fact{event.PersonErased{Person: idOf(p), By: idOf(tess), Reason: "asked"}},
		Cause: eventlog.Cause{ID: "erasure:" + p.Subject, Actor: event.Person(idOf(tess)), By: event.Submit, At: b.now()},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// Who was erased has no name, and what they wrote is gone; the facts stay.
func TestErased(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bearer(ada).get("/api/v1/me", http.StatusOK, nil)
	id := b.submitted(ada, "shop-1")
	b.erase(ada)
	resp, body := b.bearer(bob).do(http.MethodGet, "/api/v1/requests/"+id.String(), nil, nil)
	for _, want := range []string{`"name":null`, `"email":null`, `"justification":null`} {
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: want %s in %s", resp.Status, want, body)
		}
	}
	var tl api.Timeline
	b.bearer(bob).get("/api/v1/requests/"+id.String()+"/timeline", http.StatusOK, &tl)
	if text, ok := tl.Items[0].Data["justification"]; !ok || text != nil {
		t.Errorf("got %v", text)
	}
}

// TestErasedCannotComeBack: not by their session, which ends at once, nor by
// signing in again, nor for longer than a minute by a token.
func TestErasedCannotComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	browser := b.signedIn(ada)
	browser.get("/api/v1/me", http.StatusOK, nil)
	program := b.bearer(ada)
	program.get("/api/v1/me", http.StatusOK, nil)
	b.erase(ada)
	browser.get("/api/v1/me", http.StatusUnauthorized, nil)
	b.pass(2 * time.Minute)
	program.get("/api/v1/me", http.StatusForbidden, nil)
	ada := ada
	ada.Name = "Ada Again"
	again := b.browser()
	b.issuer.Present(ada)
	if resp, page := again.do(http.MethodGet, "/auth/login", nil, nil); resp.StatusCode != http.StatusForbidden || strings.Contains(string(page), "Ada") {
		t.Errorf("signing in: %s %s", resp.Status, page)
	}
	again.get("/api/v1/me", http.StatusUnauthorized, nil)
	var p api.PersonPage
	b.bearer(tess).get("/api/v1/people?state=erased", http.StatusOK, &p)
	if len(p.Items) != 1 || p.Items[0].Name != nil || p.Items[0].State != "erased" || len(p.Items[0].Roles) != 0 {
		t.Errorf("got %+v", p.Items)
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, p := range []issuertest.Person{dora, ada, cleo, bob, gwen} {
		b.bearer(p).get("/api/v1/me", http.StatusOK, nil)
	}
	b.erase(cleo)
	admin := b.bearer(tess)
	list := func(query string) (names []string) {
		for cursor := ""; ; {
			var p api.PersonPage
			admin.get("/api/v1/people?limit=2&"+query+"&cursor="+cursor, http.StatusOK, &p)
			for _, v := range p.Items {
				if v.Name == nil {
					names = append(names, v.State)
				} else {
					names = append(names, *v.Name)
				}
			}
			if p.NextCursor == nil {
				return names
			}
			cursor = *p.NextCursor
		}
	}
	for _, tc := range []struct{ query, want, reason string }{
		{"", "[Ada Lovelace Bob Berg Dora Klein Tess Amt erased]", "by name, page by page; nobody of another tenant"},
		{"q=BERG", "[Bob Berg]", "a part of the name"},
		{"q=dora@acme", "[Dora Klein]", "a part of the address"},
		{"q=" + idOf(cleo).String(), "[erased]", "the id, which is all that is left"},
		{"q=cleo", "[]", "nothing finds who was erased by name"},
		{"state=erased", "[erased]", "only the erased"},
		{"state=known&q=e", "[Ada Lovelace Bob Berg Dora Klein Tess Amt]", "only those who are not"},
	} {
		if got := fmt.Sprint(list(tc.query)); got != tc.want {
			t.Errorf("%s: %s, want %s: %s", tc.query, got, tc.want, tc.reason)
		}
	}
	b.bearer(bob).get("/api/v1/people", http.StatusForbidden, nil)
}

func TestErasePerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada2 := b.signedIn(ada)
	ada2.get("/api/v1/me", http.StatusOK, nil)
	id := b.waiting(ada, "shop-1")
	admin := b.signedIn(tess)
	var p api.PersonDetail
	admin.get("/api/v1/people/"+idOf(ada).String(), http.StatusOK, &p)
	if *p.Name != ada.Name || *p.Email != ada.Email || len(p.OpenRequests) != 1 || p.OpenRequests[0].ID != id || p.OpenRequests[0].Name != "shop-1" || p.VMs != 0 {
		t.Errorf("got %+v", p)
	}
	admin.get("/api/v1/people/"+uuid.NewString(), http.StatusNotFound, nil)
	b.functions.answer = func(r *http.Request, data []byte) (any, error) {
		if got := r.Header.Get("Ce-Type") + " " + r.Header.Get("Ce-Subject") + " " + string(data); got != "io.dcm.person.erase "+idOf(ada).String()+` {"reason":"left"}` {
			t.Errorf("submit was told %s", got)
		}
		b.erase(ada)
		return map[string]any{"id": idOf(ada)}, nil
	}
	admin.post("/api/v1/people/"+idOf(ada).String()+"/erase", map[string]string{"reason": "because"}, http.StatusUnprocessableEntity, nil)
	admin.post("/api/v1/people/"+idOf(ada).String()+"/erase", map[string]string{"reason": "left"}, http.StatusOK, nil)
	admin.get("/api/v1/people/"+idOf(ada).String(), http.StatusOK, &p)
	if p.Name != nil || p.State != "erased" || p.ErasedAt == nil {
		t.Errorf("got %+v", p)
	}
	if n := b.count(`select count(*) from dcm.sessions where person_id = $1`, idOf(ada)); n != 0 {
		t.Errorf("%d sessions with tokens are left", n)
	}
}

// count asks the database as its superuser.
func (b *bench) count(sql string, args ...any) (n int) {
	b.t.Helper()
	if err := b.db.Connect(b.t, b.db.Admin).QueryRow(b.t.Context(), sql, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}
