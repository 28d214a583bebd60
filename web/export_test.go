package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// TestExportPerson: everything of one's own, opened; of others nothing but ids.
func TestExportPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bearer(bob).get("/api/v1/me", http.StatusOK, nil)
	b.bearer(dora).get("/api/v1/me", http.StatusOK, nil)
	me := b.signedIn(ada)
	id := b.waiting(ada, "shop-1")
	b.record(acme, id, event.ApprovalRejected{By: idOf(bob), Reason: b.seal(bob, "bob's own words")})
	b.record(acme, id, event.NotificationQueued{Notification: uuid.Must(uuid.NewV7()), Message: "request_rejected", Recipient: idOf(ada), Subject: "shop-1", Request: id})
	b.submitted(dora, "doras-machine")
	path := "/api/v1/people/" + idOf(ada).String() + "/export"

	header := http.Header{"X-Dcm-Request": {"1"}, "Content-Type": {"application/json"}}
	resp, body := me.do(http.MethodPost, path, map[string]string{"format": "json"}, header)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Disposition") != `attachment; filename="dcm-`+idOf(ada).String()+`.json"` {
		t.Fatalf("%s %v %s", resp.Status, resp.Header, body)
	}
	var d struct {
		Complete bool
		Profile  []struct{ Name, Email string }
		Sessions []struct{}
		Requests []struct{ Name, Justification string }
		Messages []struct{ Message, Mail string }
		Facts    []struct{ Type string }
	}
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	if !d.Complete || len(d.Profile) != 1 || d.Profile[0].Name != ada.Name || d.Profile[0].Email != ada.Email || len(d.Sessions) != 1 ||
		len(d.Requests) != 1 || d.Requests[0].Justification != "for the shop-1" || len(d.Messages) != 1 || d.Messages[0].Mail != "queued" {
		t.Errorf("got %s", body)
	}
	var types []string
	for _, f := range d.Facts {
		types = append(types, strings.TrimSuffix(strings.TrimPrefix(f.Type, "io.dcm."), ".v1"))
	}
	if got := strings.Join(types, " "); got != "person.introduced request.submitted approval.opened approval.rejected notification.queued person.exported" {
		t.Errorf("facts %s", got)
	}
	admin := b.bearer(tess)
	_, page := admin.do(http.MethodPost, path, map[string]string{"format": "html", "locale": "de"}, header)
	for _, want := range []string{"Was DCM über eine Person weiß", "<strong>Ada Lovelace</strong>", "for the shop-1", "Die Auskunft ist vollständig"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, secret := range []string{"Bob", "bob@", "own words", "doras-machine", idOf(dora).String(), "Dora"} {
		if strings.Contains(string(body), secret) || strings.Contains(string(page), secret) {
			t.Errorf("%q is another's", secret)
		}
	}
	if n := b.count(`select count(*) from dcm.facts where type = 'io.dcm.person.exported.v1' and stream_id = $1`, idOf(ada)); n != 2 {
		t.Errorf("%d exports are recorded, want both", n)
	}
	for who, c := range map[string]*client{"colleague": b.bearer(dora), "approver": b.bearer(bob), "auditor": b.bearer(cleo)} {
		if resp, _ := c.do(http.MethodPost, path, map[string]string{"format": "json"}, header); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered %s", who, resp.Status)
		}
	}
	b.erase(ada)
	_, body = admin.do(http.MethodPost, path, map[string]string{"format": "json"}, header)
	for _, gone := range []string{ada.Name, ada.Email, "for the shop-1"} {
		if strings.Contains(string(body), gone) || !strings.Contains(string(body), `"complete": true`) {
			t.Errorf("after the erasure: %q in %s", gone, body)
		}
	}
}

// TestExportEscapes: what people write is text, also in a page.
func TestExportEscapes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	mean := ada
	mean.Name = `<script>alert("1")</script>`
	c := b.bearer(mean)
	c.get("/api/v1/me", http.StatusOK, nil)
	_, page := c.do(http.MethodPost, "/api/v1/people/"+idOf(ada).String()+"/export", map[string]string{"format": "html"}, http.Header{"Content-Type": {"application/json"}})
	if strings.Contains(string(page), "<script") || !strings.Contains(string(page), "&lt;script") {
		t.Errorf("got %s", page)
	}
}
