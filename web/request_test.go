package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/web/internal/api"
	"github.com/google/uuid"
)

func wish(name string) map[string]any {
	return map[string]any{
		"project": "web-shop", "name": name, "template": "ubuntu-24.04", "size": "M", "network": "dev", "lease_days": 30, "justification": "the shop needs it",
	}
}

// What somebody asks for is on the screen when the answer is.
func TestSubmit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var commands []http.Header
	b.functions.answer = func(r *http.Request, data []byte) (any, error) {
		commands = append(commands, r.Header)
		var w struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(data, &w); err != nil {
			return nil, err
		}
		return map[string]any{"id": b.waiting(ada, w.Name)}, nil
	}
	c := b.signedIn(ada)
	resp, body := c.do(http.MethodPost, "/api/v1/requests", wish("shop-1"), http.Header{"X-Dcm-Request": {"1"}, "Idempotency-Key": {"draft-1"}})
	var got api.Request
	if err := json.Unmarshal(body, &got); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status, string(body))
	}
	if resp.Header.Get("Location") != "/api/v1/requests/"+got.ID.String() {
		t.Errorf("Location: %s", resp.Header.Get("Location"))
	}
	if got.State != "waiting" || *got.Requester.Name != ada.Name || *got.Justification != "for the shop-1" || got.Receipt.Rule != "needs-approver" {
		t.Errorf("got %s", body)
	}
	if got.WaitingFor == nil || got.WaitingFor.Role != "approver" || len(got.WaitingFor.Approvers) != 0 || got.Decision != nil || got.VMID != nil {
		t.Errorf("got %s", body)
	}
	if want := (api.RequestAbilities{Withdraw: true}); got.Can != want {
		t.Errorf("can %+v", got.Can)
	}
	h := commands[0]
	if h.Get("Ce-Type") != "io.dcm.request.submit" || h.Get("Ce-Specversion") != "1.0" || !strings.HasPrefix(h.Get("Authorization"), "Bearer ey") || h.Get("Traceparent") == "" {
		t.Errorf("submit was sent %v", h)
	}
	if want := event.DeriveID(acme, "command", idOf(ada).String(), "draft-1").String(); h.Get("Ce-Id") != want {
		t.Errorf("the command's id is %s, want %s: the same key is the same command", h.Get("Ce-Id"), want)
	}
}

func TestCommandRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.bearer(ada)
	id := b.submitted(ada, "shop-1")

	b.functions.answer = func(*http.Request, []byte) (any, error) {
		return nil, fault.New(fault.Invalid, "invalid_request", "Some fields need your attention.").
			With(fault.Field{Field: "name", Code: "invalid_name", Detail: "Only small letters."})
	}
	var p fault.Problem
	c.post("/api/v1/requests", wish("Shop 1"), http.StatusUnprocessableEntity, &p)
	if p.Code != "invalid_request" || len(p.Errors) != 1 || p.Errors[0].Field != "name" || p.Instance != "trace-of-the-function" {
		t.Errorf("the function's words are %+v", p)
	}
	b.functions.answer = func(*http.Request, []byte) (any, error) {
		return nil, fault.New(fault.Conflict, "already_decided", "Somebody has decided already.")
	}
	c.post("/api/v1/requests/"+id.String()+"/withdrawal", struct{}{}, http.StatusConflict, &p)
	if p.Code != "already_decided" {
		t.Errorf("got %+v", p)
	}
	b.functions.down.Store(true)
	resp, body := c.do(http.MethodPost, "/api/v1/requests/"+id.String()+"/retry", struct{}{}, nil)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "function_unreachable") {
		t.Errorf("%s %s", resp.Status, body)
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.waiting(ada, "shop-1")
	var r api.Request
	c := b.signedIn(bob)
	c.get("/api/v1/requests/"+id.String(), http.StatusOK, &r)
	if !r.Can.Decide || r.Can.Withdraw || !slices.Equal(r.WaitingFor.Approvers, []string{bob.Name}) {
		t.Errorf("an approver sees %+v, %+v", r.Can, r.WaitingFor)
	}
	b.functions.answer = func(r *http.Request, data []byte) (any, error) {
		if string(data) != `{"decision":"reject","reason":"too large"}` || r.Header.Get("Ce-Subject") != id.String() {
			return nil, fmt.Errorf("%s %s", r.Header.Get("Ce-Subject"), data)
		}
		b.record(acme, id, event.ApprovalRejected{By: idOf(bob), Reason: b.seal(bob, "too large")})
		return map[string]any{"id": id}, nil
	}
	c.post("/api/v1/requests/"+id.String()+"/decision", map[string]string{"decision": "reject", "reason": "too large"}, http.StatusOK, &r)
	if d := r.Decision; r.State != "rejected" || d == nil || d.Automatic || *d.By.Name != bob.Name || *d.Reason != "too large" || r.WaitingFor != nil {
		t.Errorf("got %+v %+v", r.State, d)
	}

	// The requester reads why, in plain words.
	b.bearer(ada).get("/api/v1/me", http.StatusOK, nil)
	var tl api.Timeline
	b.bearer(ada).get("/api/v1/requests/"+id.String()+"/timeline", http.StatusOK, &tl)
	if len(tl.Items) != 3 || tl.Items[0].Data["justification"] != "for the shop-1" || tl.Items[2].Data["reason"] != "too large" {
		t.Errorf("the timeline is %+v", tl)
	}
}

// Another's things answer exactly like things that do not exist, and that
// somebody tried is in the log.
func TestOthersThings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.waiting(ada, "shop-1")
	b.record(acme, id, event.ProvisioningSucceeded{VM: event.DeriveID(acme, "vm", "shop-1"), VMName: "shop-1", Address: "10.0.0.1"})
	vm := event.DeriveID(acme, "vm", "shop-1").String()
	unknown := uuid.NewString()
	for who, c := range map[string]*client{"same tenant": b.bearer(dora), "other tenant": b.bearer(gwen)} {
		for _, path := range []string{"/api/v1/requests/" + id.String(), "/api/v1/requests/" + id.String() + "/timeline", "/api/v1/vms/" + vm} {
			var theirs, none fault.Problem
			c.get(path, http.StatusNotFound, &theirs)
			c.get("/api/v1/requests/"+unknown, http.StatusNotFound, &none)
			theirs.Instance, none.Instance = "", ""
			if fmt.Sprint(theirs) != fmt.Sprint(none) {
				t.Errorf("%s: %s answers %+v, what does not exist %+v", who, path, theirs, none)
			}
		}
	}
	var facts api.AuditFactPage
	b.bearer(cleo).get("/api/v1/audit/facts?type=io.dcm.access.denied.v1", http.StatusOK, &facts)
	if len(facts.Items) != 3 || facts.Items[0].Actor.ID != idOf(dora).String() || facts.Items[2].Data["resource"] != id.String() {
		t.Errorf("the log has %+v", facts.Items)
	}
	b.bearer(gwen).get("/api/v1/audit/facts?type=io.dcm.access.denied.v1", http.StatusOK, &facts)
	if len(facts.Items) != 0 {
		t.Errorf("the other tenant was refused nothing: it does not know of them. Got %+v", facts.Items)
	}
	b.bearer(dora).get("/api/v1/requests?scope=all", http.StatusForbidden, nil)
	b.bearer(dora).get("/api/v1/vms?scope=all", http.StatusForbidden, nil)
	b.bearer(dora).get("/api/v1/approvals", http.StatusForbidden, nil)
	b.bearer(bob).get("/api/v1/audit/facts", http.StatusForbidden, nil)
	b.bearer(bob).get("/api/v1/audit/bundles", http.StatusForbidden, nil)
	var vms api.VMPage
	b.bearer(bob).get("/api/v1/vms?scope=all", http.StatusOK, &vms)
	if len(vms.Items) != 1 {
		t.Errorf("an approver sees %+v", vms)
	}
}

func TestListsPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 7 {
		b.submitted(ada, fmt.Sprintf("shop-%d", i))
	}
	b.submitted(dora, "mail-1")
	c := b.bearer(ada)
	for _, sort := range []string{"-submitted_at", "submitted_at", "name"} {
		var names []string
		for cursor := ""; ; {
			var p api.RequestPage
			c.get("/api/v1/requests?limit=3&sort="+sort+"&cursor="+cursor, http.StatusOK, &p)
			for _, r := range p.Items {
				names = append(names, r.Name)
			}
			if p.NextCursor == nil {
				break
			}
			cursor = *p.NextCursor
		}
		if sort == "-submitted_at" {
			slices.Reverse(names)
		}
		if got := strings.Join(names, " "); got != "shop-0 shop-1 shop-2 shop-3 shop-4 shop-5 shop-6" {
			t.Errorf("by %s: %s", sort, got)
		}
	}
	var p api.RequestPage
	c.get("/api/v1/requests?limit=7", http.StatusOK, &p)
	if len(p.Items) != 7 || p.NextCursor != nil {
		t.Error("a page that is full but the last has no next one")
	}
	c.get("/api/v1/requests?limit=3&sort=name", http.StatusOK, &p)
	next := *p.NextCursor
	for reason, cursor := range map[string]string{"of another order": next, "made up": "abc", "no base64": "%25%25", "changed": next[:len(next)-2]} {
		var problem fault.Problem
		c.get("/api/v1/requests?limit=3&cursor="+cursor, http.StatusUnprocessableEntity, &problem)
		if problem.Code != "bad_cursor" || problem.Errors[0].Field != "cursor" {
			t.Errorf("a cursor %s: %+v", reason, problem)
		}
	}
	c.get("/api/v1/requests?state=waiting,ready&q=shop", http.StatusOK, &p)
	if len(p.Items) != 0 {
		t.Errorf("none of them waits: %+v", p.Items)
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.bearer(ada)
	cases := map[string]struct {
		reason string
		method string
		path   string
		body   any
		want   fault.Field
	}{
		"Missing":  {"a field is missing", http.MethodPost, "/api/v1/requests", map[string]any{"project": "x"}, fault.Field{Field: "name", Code: "required"}},
		"Type":     {"a field is of another type", http.MethodPost, "/api/v1/previews", map[string]any{"size": 3, "template": "x"}, fault.Field{Field: "size", Code: "wrong_type"}},
		"Unknown":  {"a field that nobody reads is a mistake", http.MethodPost, "/api/v1/previews", map[string]any{"size": "S", "template": "x", "cpu": 1}, fault.Field{Field: "cpu", Code: "unknown_field"}},
		"Size":     {"what is not offered", http.MethodPost, "/api/v1/previews", map[string]any{"size": "XXL", "template": "x"}, fault.Field{Field: "size", Code: "unknown_size"}},
		"Long":     {"a bound of transport", http.MethodPost, "/api/v1/previews", map[string]any{"size": "S", "template": strings.Repeat("x", 200)}, fault.Field{Field: "template", Code: "too_long"}},
		"Decision": {"yes or no", http.MethodPost, "/api/v1/requests/" + uuid.NewString() + "/decision", map[string]any{"decision": "maybe"}, fault.Field{Field: "decision", Code: "unknown_value"}},
		"Limit":    {"a query has bounds", http.MethodGet, "/api/v1/requests?limit=1000", nil, fault.Field{Field: "limit", Code: "out_of_range"}},
		"State":    {"a state that is none", http.MethodGet, "/api/v1/requests?state=done", nil, fault.Field{Field: "state[0]", Code: "unknown_value"}},
		"Time":     {"a moment is written by RFC 3339", http.MethodPost, "/api/v1/inbox/read", map[string]any{"up_to": "yesterday"}, fault.Field{Field: "up_to", Code: "bad_format"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b.within(t)
			var p fault.Problem
			c.expect(tc.method, tc.path, tc.body, http.StatusUnprocessableEntity, &p)
			found := slices.ContainsFunc(p.Errors, func(f fault.Field) bool {
				return f.Field == tc.want.Field && f.Code == tc.want.Code && f.Detail != ""
			})
			if !found || p.Code == "" || p.Instance == "" || p.Type != "urn:dcm:problem:"+p.Code {
				t.Errorf("got %+v, want %+v: %s", p, tc.want, tc.reason)
			}
		})
	}
	var p fault.Problem
	c.get("/api/v1/nothing", http.StatusNotFound, &p)
	if p.Code != "no_endpoint" {
		t.Errorf("got %+v", p)
	}
	c.get("/api/v1/requests/not-an-id", http.StatusNotFound, &p)
	if p.Code != "not_found" {
		t.Errorf("got %+v", p)
	}
	resp, body := c.do(http.MethodPost, "/api/v1/previews", strings.Repeat("x", 1<<20), nil)
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 1 MiB: %s %s", resp.Status, body)
	}
}
