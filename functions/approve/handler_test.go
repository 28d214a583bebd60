package main

import (
	"testing"
	"time"

	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
	"github.com/google/uuid"
)

const (
	approve = `{"decision":"approve","reason":" fine "}`
	reject  = `{"decision":"reject","reason":"too large"}`
)

func TestConformance(t *testing.T) {
	t.Parallel()
	functiontest.Run(t, event.Approve, func(t *testing.T, log *memory.Log, now func() time.Time) function.Routes {
		a := &approver{log: log, vault: setup(t).vault, docket: docket.Default, limits: limits, now: now}
		return a.routes()
	})
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		who    string
		data   string
		status int
		code   string
		facts  string // behind the opened request
	}{
		"Approve":     {"an approver's yes", "anna", approve, 200, "", " approval.granted"},
		"ApproveOnly": {"a yes needs no reason", "tina", `{"decision":"approve"}`, 200, "", " approval.granted"},
		"Reject":      {"a no with a reason", "anna", reject, 200, "", " approval.rejected"},
		"FourEyes":    {"not one's own; that is remembered and nothing else", "ute", approve, 403, "own_request", " access.denied"},
		"Auditor":     {"sees and may not; that is remembered and nothing else", "adam", reject, 403, "not_allowed", " access.denied"},
		"User":        {"others' requests do not exist; that is no denial", "uwe", approve, 404, "not_found", ""},
		"OtherTenant": {"nor those of another house", "rita", approve, 404, "not_found", ""},
		"Nobody":      {"no token", "", approve, 401, "no_token", ""},
		"NoReason":    {"a no says why", "anna", `{"decision":"reject","reason":" "}`, 422, "invalid_decision", ""},
		"NoDecision":  {"which?", "anna", `{}`, 422, "invalid_decision", ""},
		"Unknown":     {"a field that DCM does not know is not swallowed", "anna", `{"decision":"approve","by":"anna"}`, 422, "bad_data", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			request := b.opened()
			if a := b.decide(tc.who, "c1", request, tc.data); a.Status != tc.status || a.Code != tc.code || a.Status == 200 && a.ID != request {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, "request.submitted approval.opened"+tc.facts)
			if got := len(b.log.Facts(rival)); got != 0 {
				t.Errorf("%s: the other tenant's log has %d facts", tc.reason, got)
			}
			decided, timers := tc.status == 200, b.timers()
			if decided && timers != "" || !decided && timers != "remind expire" {
				t.Errorf("%s: timers %q", tc.reason, timers)
			}
		})
	}
}

func TestDecideIsSealed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.decide("anna", "c1", b.opened(), approve)
	e := b.log.Facts(tenant)[2]
	f, ok := e.Fact.(event.ApprovalGranted)
	if !ok || f.Automatic || f.By != people["anna"].Person || e.Actor != event.Person(f.By) || f.Receipt.Rule != "needs-approver" {
		t.Errorf("fact %+v", e)
	}
	if text, err := b.vault.Open(t.Context(), tenant, f.Comment); err != nil || text != "fine" || f.Comment.Person != f.By {
		t.Errorf("want the comment sealed without the spaces around it, got %q, %v", text, err)
	}
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	b := setup(t)
	request := b.opened()
	const after = "request.submitted approval.opened approval.granted"
	first := b.decide("anna", "c1", request, approve)
	if again := b.decide("anna", "c1", request, approve); first.Status != 200 || again != first {
		t.Errorf("want the same answer, got %+v and %+v", first, again)
	}
	b.want("nothing new", after)
	if other := b.decide("anna", "c1", request, reject); other.Status != 409 || other.Code != "id_reused" {
		t.Errorf("the same id with other content: %+v", other)
	}
	b.want("nothing new", after)
	if second := b.decide("tina", "c1", request, reject); second.Status != 409 || second.Code != "already_decided" {
		t.Errorf("another approver, later: %+v", second)
	}
	if late := b.decide("anna", "c2", request, reject); late.Status != 409 || late.Code != "already_decided" {
		t.Errorf("a change of mind: %+v", late)
	}
	b.want("nothing new", after)
}

func TestTooEarlyTooLateNeverThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	early := b.submitted(8)
	if a := b.decide("anna", "c1", early.Stream, approve); a.Status != 409 || a.Code != "not_open" {
		t.Errorf("before the policy: %+v", a)
	}
	b.happen(early.Stream, event.RequestWithdrawn{By: people["ute"].Person})
	b.ring(early)
	if a := b.decide("anna", "c2", early.Stream, approve); a.Status != 409 || a.Code != "withdrawn" {
		t.Errorf("after the withdrawal: %+v", a)
	}
	if a := b.decide("anna", "c3", uuid.New(), approve); a.Status != 404 {
		t.Errorf("no such request: %+v", a)
	}
	if w := b.post(map[string]string{"ce-id": "c4", "ce-type": "io.dcm.request.decide", "ce-subject": "1", "authorization": "Bearer anna"}, approve); w.Code != 422 {
		t.Errorf("no request named: %d", w.Code)
	}
	b.want("the policy has nothing to say of what is withdrawn", "request.submitted request.withdrawn")
	if got := b.timers(); got != "" {
		t.Errorf("still owed: %q", got)
	}
}
