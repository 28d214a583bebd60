package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/proof"
	"dcm.io/web/internal/api"
	"github.com/google/uuid"
)

func TestAuditExplorer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bearer(ada).get("/api/v1/me", http.StatusOK, nil)
	id := b.submitted(ada, "shop-1")
	b.submitted(dora, "mail-1")
	c := b.bearer(cleo)
	var p api.AuditFactPage
	c.get("/api/v1/audit/facts?object="+id.String(), http.StatusOK, &p)
	if len(p.Items) != 1 {
		t.Fatalf("got %+v", p)
	}
	f := p.Items[0]
	closed, _ := json.Marshal(f.Data["justification"])
	if want := `{"person":"` + idOf(ada).String() + `","sealed":true}`; string(closed) != want {
		t.Errorf("a sealed text is shown as %s, want %s", closed, want)
	}
	if len(f.Hash) != 64 || f.Source != "/functions/submit" || *f.Actor.Name != "submit" || f.Data["lease_days"] != float64(30) {
		t.Errorf("got %+v", f)
	}
	c.get("/api/v1/audit/facts?person="+idOf(ada).String(), http.StatusOK, &p)
	if len(p.Items) != 0 {
		t.Errorf("functions recorded them, not ada: %+v", p.Items)
	}
	seen := 0
	for cursor := ""; ; {
		c.get("/api/v1/audit/facts?limit=2&to="+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+"&cursor="+cursor, http.StatusOK, &p)
		seen += len(p.Items)
		if p.NextCursor == nil {
			break
		}
		cursor = *p.NextCursor
	}
	if seen != 5 { // the tenant, ada, cleo, and two requests
		t.Errorf("paged through %d facts", seen)
	}
	c.get("/api/v1/audit/facts?person=nobody", http.StatusUnprocessableEntity, nil)
}

// TestReceipts: what has no checkpoint yet has no receipt yet, and says so. The log
// tests that receipts prove what they say.
func TestReceipts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.submitted(ada, "shop-1")
	c := b.bearer(cleo)
	var facts api.AuditFactPage
	c.get("/api/v1/audit/facts?object="+id.String(), http.StatusOK, &facts)
	path := "/api/v1/audit/facts/" + facts.Items[0].ID.String() + "/receipt"
	c.get(path, http.StatusConflict, nil)
	c.get("/api/v1/audit/facts/"+uuid.NewString()+"/receipt", http.StatusNotFound, nil)
	c.get("/api/v1/audit/facts/x/receipt", http.StatusNotFound, nil)
	b.bearer(ada).get(path, http.StatusForbidden, nil)

	signed := b.signedFor(acme)
	resp, answer := c.do(http.MethodGet, path, nil, nil)
	r, err := proof.ReadReceipt(answer)
	if err != nil || resp.Header.Get("Content-Type") != "application/json" || !strings.Contains(resp.Header.Get("Content-Disposition"), facts.Items[0].ID.String()) {
		t.Fatalf("%d %v %s: %v", resp.StatusCode, resp.Header, answer, err)
	}
	if e, _, err := r.Line(); err != nil || e.ID != facts.Items[0].ID || r.Note != string(signed) {
		t.Errorf("%+v, %v", e, err)
	}
	var keys api.AuditKeys
	c.get("/api/v1/audit/keys", http.StatusOK, &keys)
	if len(keys.Keys) != 1 || keys.Keys[0].Key != b.signer.Key().String() || !strings.HasPrefix(keys.Keys[0].Key, keys.Keys[0].ID+"+") {
		t.Errorf("got %+v", keys)
	}
	b.bearer(ada).get("/api/v1/audit/keys", http.StatusForbidden, nil)
}

// signedFor has a tenant's tree grown and signed for, as audit-export does.
func (b *bench) signedFor(tenant uuid.UUID) []byte {
	b.t.Helper()
	log, ctx := b.log(event.AuditExport), b.t.Context()
	must := func(err error) {
		b.t.Helper()
		if err != nil {
			b.t.Fatal(err)
		}
	}
	_, err := log.Horizon(ctx, tenant)
	must(err)
	all, err := log.Unsequenced(ctx, 1000)
	must(err)
	must(log.Sequence(ctx, tenant, slices.DeleteFunc(all, func(u pglog.Unsequenced) bool { return u.Key.Tenant != tenant })))
	return checkpointtest.SignTree(b.t, log, b.signer, tenant, b.now())
}

func TestBundles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := uuid.New()
	b.functions.answer = func(r *http.Request, _ []byte) (any, error) {
		if r.Header.Get("Ce-Type") == "io.dcm.audit.download" {
			return map[string]any{"url": "https://s3.test/" + r.Header.Get("Ce-Subject"), "expires_at": b.now()}, nil
		}
		b.record(acme, id, event.AuditRequested{By: idOf(cleo), From: b.now().AddDate(0, -1, 0), To: b.now()})
		return map[string]any{"id": id}, nil
	}
	c := b.signedIn(cleo)
	var bundle api.Bundle
	c.post("/api/v1/audit/bundles", map[string]any{"from": b.now().AddDate(0, -1, 0), "to": b.now()}, http.StatusCreated, &bundle)
	if bundle.ID != id || bundle.State != "requested" || *bundle.RequestedBy.Name != cleo.Name || bundle.FinishedAt != nil {
		t.Errorf("got %+v", bundle)
	}
	var p api.BundlePage
	c.get("/api/v1/audit/bundles", http.StatusOK, &p)
	if len(p.Items) != 1 || p.NextCursor != nil {
		t.Errorf("got %+v", p)
	}
	var link api.BundleLink
	c.post("/api/v1/audit/bundles/"+id.String()+"/link", struct{}{}, http.StatusOK, &link)
	if !strings.HasSuffix(link.URL, id.String()) {
		t.Errorf("got %+v", link)
	}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.told(ada, "1")
	b.told(ada, "2")
	b.told(dora, "3")
	c := b.signedIn(ada)
	var p api.InboxPage
	c.get("/api/v1/inbox", http.StatusOK, &p)
	if len(p.Items) != 2 || p.Unread != 2 || p.Items[0].Read {
		t.Fatalf("got %+v", p)
	}
	var left api.InboxUnread
	read := func(upTo time.Time) int {
		c.post("/api/v1/inbox/read", map[string]any{"up_to": upTo}, http.StatusOK, &left)
		return left.Unread
	}
	if n := read(p.Items[1].CreatedAt); n != 1 {
		t.Errorf("%d unread after the older one", n)
	}
	if n := read(p.Items[1].CreatedAt.Add(-time.Hour)); n != 1 {
		t.Errorf("%d unread: nothing becomes unread again", n)
	}
	if n := read(b.now().AddDate(10, 0, 0)); n != 0 {
		t.Errorf("%d unread after all", n)
	}
	b.told(ada, "4")
	c.get("/api/v1/inbox", http.StatusOK, &p)
	if p.Unread != 1 || p.Items[0].Read {
		t.Errorf("what is yet to come cannot have been read: %+v", p)
	}
}

// The offering, the preview and the queue: what a person decides by.
func TestQueueAndPreview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.record(acme, uuid.New(), event.ConnectionConfigured{
		Kind: "vsphere", Name: "main", Templates: []event.Template{{Key: "ubuntu-24.04", Name: "Ubuntu 24.04", OS: "linux"}},
		Networks: []event.Network{{Key: "dev", Name: "Development"}},
	})
	b.bearer(bob).get("/api/v1/me", http.StatusOK, nil)
	var o api.Offering
	b.bearer(ada).get("/api/v1/offering", http.StatusOK, &o)
	if len(o.Sizes) != 4 || len(o.Templates) != 1 || len(o.Networks) != 1 || o.Projects == nil || o.Lease.MaxDays == 0 {
		t.Errorf("got %+v", o)
	}
	b.bearer(gwen).get("/api/v1/offering", http.StatusOK, &o)
	if len(o.Templates) != 0 {
		t.Errorf("the other tenant is offered %+v", o.Templates)
	}
	preview := func(c *client, size string) (p api.Preview) {
		c.post("/api/v1/previews", map[string]string{"size": size, "template": "ubuntu-24.04", "network": "dev"}, http.StatusOK, &p)
		return p
	}
	if p := preview(b.bearer(ada), "S"); p.Outcome != "approve" || p.Rule != "small-machines" || len(p.Approvers) != 0 {
		t.Errorf("got %+v", p)
	}
	if p := preview(b.bearer(ada), "L"); p.Outcome != "require" || p.Role != "approver" || len(p.Approvers) != 1 || p.Approvers[0] != bob.Name || p.MonthlyCents == 0 {
		t.Errorf("got %+v", p)
	}
	if p := preview(b.bearer(bob), "L"); len(p.Approvers) != 0 {
		t.Errorf("nobody is asked about their own request: %+v", p)
	}

	b.waiting(ada, "shop-1")
	b.waiting(ada, "shop-2")
	b.waiting(bob, "own")
	b.submitted(ada, "earlier")
	var q api.ApprovalPage
	b.bearer(bob).get("/api/v1/approvals?limit=1", http.StatusOK, &q)
	if q.Total != 2 || len(q.Items) != 1 || q.Items[0].Name != "shop-1" || q.NextCursor == nil {
		t.Fatalf("got %+v", q)
	}
	if s := q.Items[0].RequesterStats; s.Open != 3 || len(s.Last) != 2 || s.Last[0].Name != "earlier" {
		t.Errorf("got %+v", s)
	}
	b.bearer(bob).get("/api/v1/approvals?cursor="+*q.NextCursor, http.StatusOK, &q)
	if len(q.Items) != 1 || q.Items[0].Name != "shop-2" || q.NextCursor != nil {
		t.Errorf("got %+v", q)
	}
}
