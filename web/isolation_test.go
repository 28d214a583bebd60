package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/api"
	"dcm.io/web/internal/issuertest"
	"github.com/google/uuid"
)

// mallory may do everything in one tenant, and tries it with what another has;
// nora works there and has no role.
var (
	mallory = issuertest.Person{Subject: "mallory", Tenant: globex, Name: "Mallory", Email: "mallory@globex.test", Roles: []string{"user", "approver", "auditor", "tenant_admin"}}
	nora    = issuertest.Person{Subject: "nora", Tenant: acme, Name: "Nora", Email: "nora@acme.test"}
	carla   = issuertest.Person{Subject: "carla", Tenant: acme, Name: "Carla Kanari", Email: "carla@kanari.test", Roles: mallory.Roles}
)

// A probe is how a route of the OpenAPI document is asked for what belongs to
// another tenant. In its texts {request}, {vm} and so on stand for ids.
type probe struct {
	action  authz.Action   // that the policy is asked about; empty: everybody who has signed in
	by      event.Function // who asks it
	queries []string       // of a list, after the path
	body    string
}

// probes are by operation. A route that is not here fails the test.
var probes = map[string]probe{
	"me":       {by: event.Web},
	"offering": {action: authz.OfferingRead, by: event.Web},
	"preview":  {action: authz.RequestSubmit, by: event.Web, body: `{"size": "XL", "template": "ubuntu-24.04"}`},

	"list-requests": {action: authz.RequestRead, by: event.Web, queries: []string{"", "?scope=all", "?scope=all&q=kanari", "?scope=all&cursor={cursor}", "?scope=all&sort=name"}},
	"get-request":   {action: authz.RequestRead, by: event.Web},
	"get-timeline":  {action: authz.RequestRead, by: event.Web},
	"submit-request": {action: authz.RequestSubmit, by: event.Submit, body: `{"project": "p", "name": "n", "template": "t", "size": "S", "network": "dev", "lease_days": 1,
		"justification": "j", "replaces": "{request}"}`},
	"withdraw-request": {action: authz.RequestWithdraw, by: event.Submit},
	"retry-request":    {action: authz.RequestRetry, by: event.Submit},
	"decide-request":   {action: authz.RequestDecide, by: event.Approve, body: `{"decision": "approve"}`},
	"list-approvals":   {action: authz.RequestDecide, by: event.Web, queries: []string{""}},

	"list-vms": {action: authz.VMRead, by: event.Web, queries: []string{"", "?scope=all", "?scope=all&q=kanari"}},
	"get-vm":   {action: authz.VMRead, by: event.Web},

	"list-audit-facts": {action: authz.AuditRead, by: event.Web, queries: []string{"", "?object={request}", "?person={person}", "?object={bundle}", "?type=io.dcm.request.submitted.v1"}},
	"get-receipt":      {action: authz.AuditRead, by: event.Web},
	"list-audit-keys":  {action: authz.AuditRead, by: event.Web},
	"list-bundles":     {action: authz.AuditRead, by: event.Web, queries: []string{""}},
	"export-bundle":    {action: authz.AuditExport, by: event.AuditExport, body: `{"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}`},
	"link-bundle":      {action: authz.AuditDownload, by: event.AuditExport},

	"list-stuck":   {action: authz.WorkRead, by: event.Web, queries: []string{"", "?state=dead", "?state=overdue"}},
	"replay-stuck": {action: authz.WorkReplay, by: event.Submit, body: `{"function": "notify", "stream_id": "{request}", "fact_id": "{fact}"}`},

	"list-people":   {action: authz.PersonList, by: event.Web, queries: []string{"", "?q=kanari", "?q={person}", "?state=erased"}},
	"get-person":    {action: authz.PersonList, by: event.Web},
	"export-person": {action: authz.PersonExport, by: event.Web, body: `{"format": "json"}`},
	"erase-person":  {action: authz.PersonErase, by: event.Submit, body: `{"reason": "asked"}`},

	"list-inbox": {action: authz.InboxRead, by: event.Web, queries: []string{""}},
	"read-inbox": {action: authz.InboxRead, by: event.Web, body: `{"up_to": "2026-01-01T00:00:00Z"}`},
}

// otherAddresses are what web answers outside of the document, and why no tenant
// sees another's there.
var otherAddresses = map[string]string{
	"/":                     "the portal's pages, the same for everybody",
	"/auth/":                "signing in and out; a session is a row of its tenant and is found by a secret",
	"GET /auth/login":       "sends to the issuer",
	"GET /auth/callback":    "takes the tenant from the issuer's token and from nowhere else",
	"POST /auth/logout":     "ends the caller's own session",
	"/api/":                 "everything below needs a caller; what is not in the document is answered with 404",
	"GET /api/openapi.json": "the document, the same for everybody",
	"GET /api/v1/live":      "tells of changes to those of one's tenant who may see them (`TestLive`)",
	"GET /healthz":          "says that the process lives",
	"GET /readyz":           "says that the database answers",
	"GET /metrics":          "numbers of the installation, refused to whoever comes through a gateway (`TestMetricsAreForTheInside`)",
}

// TestOtherAddresses: nobody mounts a handler without saying whose data it shows.
func TestOtherAddresses(t *testing.T) {
	t.Parallel()
	mounts, names := regexp.MustCompile(`mux\.Handle(?:Func)?\("([^"]+)"(?: *\+ *(\w+))?`), regexp.MustCompile(`(\w+) += "(/[^"]*)"`)
	paths := map[string]string{} // by the constant's name
	var found []string
	for _, name := range []string{"internal/session/path.go", "internal/session/routes.go", "handler.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range names.FindAllStringSubmatch(string(source), -1) {
			paths[m[1]] = m[2]
		}
		for _, m := range mounts.FindAllStringSubmatch(string(source), -1) {
			found = append(found, m[1]+paths[m[2]])
		}
	}
	for _, pattern := range found {
		if otherAddresses[pattern] == "" {
			t.Errorf("%s is mounted, and nobody has said whose data it shows", pattern)
		}
	}
	if len(found) != len(otherAddresses) {
		t.Errorf("%d handlers are mounted, %d are described", len(found), len(otherAddresses))
	}
}

// A route of the OpenAPI document.
type route struct {
	method, path, operation string
}

func routes(t *testing.T) []route {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			ID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(api.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	var all []route
	for path, verbs := range doc.Paths {
		for verb, operation := range verbs {
			all = append(all, route{method: strings.ToUpper(verb), path: path, operation: operation.ID})
		}
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// ids of a tenant's things, by the names they have in probes.
type ids map[string]string

// nobodys are ids that nothing has.
func nobodys(like ids) ids {
	out := ids{}
	for name, id := range like {
		if out[name] = uuid.NewString(); name == "cursor" {
			out[name] = id // the same place in a list where nothing is
		}
	}
	return out
}

func (i ids) in(text string) string {
	for name, id := range i {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

// furnish gives acme one of everything, each with a word that must never be seen
// by another tenant.
func (b *bench) furnish() (their ids, secrets []string) {
	b.t.Helper()
	b.bearer(carla).get("/api/v1/me", http.StatusOK, nil)
	dead := b.givenUp(carla, "kanari-stuck")
	ready := b.waiting(carla, "kanari-ready")
	vm, bundle, note := event.DeriveID(acme, "vm", "kanari"), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	b.record(acme, ready, event.ProvisioningSucceeded{VM: vm, VMName: "kanari-ready", Hostname: "kanari", Address: "10.99.99.99"})
	b.record(acme, bundle, event.AuditRequested{By: idOf(carla), From: b.now().Add(-time.Hour), To: b.now()}, event.AuditExported{ObjectKey: "kanari/bundle", SHA256: "kanari", Facts: 1})
	b.record(acme, note, event.NotificationQueued{Notification: note, Message: "vm_ready", Recipient: idOf(carla), Subject: "kanari-ready", Request: ready})
	request := b.waiting(carla, "kanari-waiting")
	var page api.RequestPage
	b.bearer(carla).get("/api/v1/requests?scope=all&limit=1", http.StatusOK, &page)
	var facts api.AuditFactPage
	b.bearer(carla).get("/api/v1/audit/facts?object="+dead.String(), http.StatusOK, &facts)
	their = ids{
		"request": request.String(), "vm": vm.String(), "bundle": bundle.String(), "person": idOf(carla).String(),
		"fact": facts.Items[0].ID.String(), "cursor": *page.NextCursor,
	}
	return their, []string{"kanari", "Kanari", "10.99.99.99", acme.String(), idOf(carla).String(), dead.String(), ready.String(), request.String(), vm.String(), bundle.String(), note.String()}
}

// obey stands for functions that do all they are told: what web answers then is
// web's own doing. Where web passes on the function's answer, it is the one that
// the function gives to those of another tenant.
func (b *bench) obey(token string, about string) {
	b.functions.answer = func(r *http.Request, _ []byte) (any, error) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+token:
			return nil, fault.New(fault.Denied, "not_the_caller", "web speaks in its caller's name.")
		case slices.Contains([]string{"io.dcm.audit.download", "io.dcm.work.replay", "io.dcm.person.erase"}, r.Header.Get("Ce-Type")):
			return nil, fault.New(fault.Missing, "not_found", "There is no such thing.")
		}
		return map[string]any{"id": about}, nil
	}
}

// An outcome is what a route answered, without what differs from call to call.
type outcome struct {
	status int
	body   string
}

func (o outcome) String() string { return fmt.Sprintf("%d %s", o.status, o.body) }

// try sends a request and reads the answer, with a header that claims the other
// tenant: nobody may listen to it. Ids that were asked for are taken out of the answer.
func (c *client) try(method, path, body string, asked ids) outcome {
	c.b.t.Helper()
	var content any
	if body != "" {
		content = json.RawMessage(asked.in(body))
	}
	resp, answer := c.do(method, asked.in(path), content, http.Header{"X-Dcm-Request": {"1"}, "X-Tenant-Id": {acme.String()}, "Content-Type": {"application/json"}})
	var p map[string]any
	if json.Unmarshal(answer, &p) == nil {
		delete(p, "instance") // the trace
		answer, _ = json.Marshal(p)
	}
	text := string(answer)
	for name, id := range asked {
		text = strings.ReplaceAll(text, id, "{"+name+"}")
	}
	return outcome{resp.StatusCode, text}
}

// targets are a route's addresses, with names for ids.
func (r route) targets(p probe) []string {
	thing := map[string]string{
		"/api/v1/requests/{id}": "{request}", "/api/v1/vms/{id}": "{vm}", "/api/v1/people/{id}": "{person}",
		"/api/v1/audit/facts/{id}": "{fact}", "/api/v1/audit/bundles/{id}": "{bundle}",
	}
	path := r.path
	for prefix, name := range thing {
		if strings.HasPrefix(path, prefix) {
			path = strings.Replace(path, "{id}", name, 1)
		}
	}
	if len(p.queries) == 0 {
		return []string{path}
	}
	var all []string
	for _, q := range p.queries {
		all = append(all, path+q)
	}
	return all
}

var allMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// A finding is what the report says of a route.
type finding struct {
	route
	probe
	theirs, nobodys, anonymous int // statuses
}

// probed tries every route with another tenant's ids and with ids of nobody, and
// fails the test if the answers can be told apart or hold anything of the other
// tenant's.
func (b *bench) probed(t *testing.T) []finding {
	t.Helper()
	their, secrets := b.furnish()
	none := nobodys(their)
	c := b.bearer(mallory)
	c.get("/api/v1/me", http.StatusOK, nil)
	anonymous := &client{b: b, http: &http.Client{}}
	var found []finding
	for _, r := range routes(t) {
		p, ok := probes[r.operation]
		if !ok {
			t.Errorf("%s %s has no probe: say in probes how to ask it for another tenant's things", r.method, r.path)
			continue
		}
		f := finding{route: r, probe: p}
		for i, target := range r.targets(p) {
			for _, method := range allMethods {
				body := ""
				if method == r.method {
					body = p.body
				}
				b.obey(c.token, their["request"])
				theirs := c.try(method, target, body, their)
				b.obey(c.token, none["request"])
				unknown := c.try(method, target, body, none)
				if theirs != unknown {
					t.Errorf("%s %s: with their ids %s, with nobody's %s", method, target, theirs, unknown)
				}
				for _, s := range secrets {
					if strings.Contains(theirs.body, s) {
						t.Errorf("%s %s shows %q to another tenant: %s", method, target, s, theirs)
					}
				}
				if method != r.method {
					continue
				}
				stranger := anonymous.try(method, target, body, their)
				if stranger.status != http.StatusUnauthorized {
					t.Errorf("%s %s answers %s to nobody", method, target, stranger)
				}
				if i == 0 {
					f.theirs, f.nobodys, f.anonymous = theirs.status, unknown.status, stranger.status
				}
			}
		}
		if strings.Contains(r.path, "{id}") && f.theirs != http.StatusNotFound {
			t.Errorf("%s %s answers %d, want 404", r.method, r.path, f.theirs)
		}
		found = append(found, f)
	}
	for operation := range probes {
		if !slices.ContainsFunc(found, func(f finding) bool { return f.operation == operation }) {
			t.Errorf("%s has a probe and is no route", operation)
		}
	}
	return found
}

// TestActions: the policy is asked about the action that the report names. Who
// has no role is refused, and the log says for what.
func TestActions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	their, _ := b.furnish()
	c := b.bearer(nora)
	c.get("/api/v1/me", http.StatusOK, nil)
	log := readmodel.Facts{Log: b.log(event.Web)}
	denied := func() []readmodel.Fact {
		facts, err := log.List(t.Context(), acme, readmodel.FactFilter{Type: "io.dcm.access.denied.v1", Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return facts
	}
	for _, r := range routes(t) {
		p := probes[r.operation]
		if p.by != event.Web || p.action == "" {
			continue // asked by a function, whose tests try it; or open to all who have signed in
		}
		before := len(denied())
		got := c.try(r.method, r.targets(p)[0], p.body, their)
		after := denied()
		if got.status != http.StatusForbidden && got.status != http.StatusNotFound || len(after) != before+1 {
			t.Errorf("%s %s: %s, and %d refusals more", r.method, r.path, got, len(after)-before)
			continue
		}
		var f event.AccessDenied
		if err := json.Unmarshal(after[0].Data, &f); err != nil || f.Action != string(p.action) {
			t.Errorf("%s %s asks about %s, the report says %s", r.method, r.path, f.Action, p.action)
		}
	}
}
