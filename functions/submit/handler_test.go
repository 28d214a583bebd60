package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
	"github.com/google/uuid"
)

const wish = `{"project":"billing","name":"web-1","template":"ubuntu-24.04","size":"M","network":"dmz","lease_days":30,"justification":" for the shop  "}`

func TestConformance(t *testing.T) {
	t.Parallel()
	functiontest.Run(t, event.Submit, func(t *testing.T, log *memory.Log, now func() time.Time) function.Routes {
		s := &submitter{log: log, vault: setup(t, catalog{}).vault, connections: catalog{}, letters: morgue{log}, requests: open{log}, now: now}
		return s.routes()
	})
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	a := b.command("ute", "c1", "request.submit", uuid.Nil, wish)
	if a.Status != 201 || a.ID == uuid.Nil {
		t.Fatalf("answer %+v", a)
	}
	b.want("one fact", "request.submitted")
	e := b.log.Facts(tenant)[0]
	f, ok := e.Fact.(event.RequestSubmitted)
	if !ok || e.Stream != a.ID || e.Actor != event.Person(people["ute"].Person) || f.Requester != people["ute"].Person || f.Connection != connection {
		t.Errorf("fact %+v", e)
	}
	text, err := b.vault.Open(t.Context(), tenant, f.Justification)
	if err != nil || text != "for the shop" {
		t.Errorf("want the justification sealed without the spaces around it, got %q, %v", text, err)
	}
	if strings.Contains(string(e.Data), "shop") {
		t.Errorf("the justification is readable in %s", e.Data)
	}
	for _, f := range []event.Function{event.Approve, event.Notify} {
		if n := len(b.log.Debts(f)); n != 1 {
			t.Errorf("%s is owed %d facts, want 1", f, n)
		}
	}
}

func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	away := catalog{fault.New(fault.Transient, "log_unreachable", "Away.")}
	for name, tc := range map[string]struct {
		reason string
		who    string
		data   string
		offers connections
		status int
		code   string
		errors []string
		facts  string
	}{
		"Nobody":      {"no token", "", wish, catalog{}, 401, "no_token", nil, ""},
		"NoRole":      {"a guest may not ask; that is remembered", "guest", wish, catalog{}, 403, "not_allowed", nil, "access.denied"},
		"Auditor":     {"an auditor does not use machines; that is remembered", "adam", wish, catalog{}, 403, "not_allowed", nil, "access.denied"},
		"Unknown":     {"a field that DCM does not know is not swallowed", "ute", `{"hostname":"web"}`, catalog{}, 422, "bad_data", []string{""}, ""},
		"WrongType":   {"the field is named", "ute", `{"lease_days":"30"}`, catalog{}, 422, "bad_data", []string{"lease_days"}, ""},
		"Overflow":    {"more days than a number holds", "ute", `{"lease_days":99999999999999999999}`, catalog{}, 422, "bad_data", []string{"lease_days"}, ""},
		"Fields":      {"all fields at fault", "ute", `{}`, catalog{}, 422, "invalid_request", []string{"project", "name", "template", "size", "network", "lease_days", "justification"}, ""},
		"NoOffering":  {"the log cannot be reached", "ute", wish, away, 503, "log_unreachable", nil, ""},
		"OurMistake":  {"what went wrong is not told", "ute", wish, catalog{errors.New("secret")}, 500, "internal", nil, ""},
		"OtherTenant": {"asks in their own house", "rita", wish, catalog{}, 201, "", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, tc.offers)
			a := b.command(tc.who, "c1", "request.submit", uuid.Nil, tc.data)
			var fields []string
			for _, f := range a.Errors {
				fields = append(fields, f.Field)
			}
			if a.Status != tc.status || a.Code != tc.code || !reflect.DeepEqual(fields, tc.errors) {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, tc.facts)
		})
	}
}

// TestIdempotency: a command may come any number of times.
func TestIdempotency(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	first := b.command("ute", "c1", "request.submit", uuid.Nil, wish)
	if again := b.command("ute", "c1", "request.submit", uuid.Nil, wish); !reflect.DeepEqual(again, first) {
		t.Errorf("want the same answer, got %+v and %+v", first, again)
	}
	b.want("nothing new", "request.submitted")

	other := b.command("ute", "c1", "request.submit", uuid.Nil, strings.Replace(wish, "web-1", "web-2", 1))
	if other.Status != 409 || other.Code != "id_reused" {
		t.Errorf("the same id with other content: %+v", other)
	}
	b.want("nothing new", "request.submitted")

	if uwes := b.command("uwe", "c1", "request.submit", uuid.Nil, wish); uwes.Status != 201 || uwes.ID == first.ID {
		t.Errorf("another person's ids are their own: %+v", uwes)
	}
	withdrawal := b.command("ute", "c2", "request.withdraw", first.ID, `{}`)
	if again := b.command("ute", "c2", "request.withdraw", first.ID, `{}`); withdrawal.Status != 200 || !reflect.DeepEqual(again, withdrawal) {
		t.Errorf("want the same answer, got %+v and %+v", withdrawal, again)
	}
	if retry := b.command("ute", "c2", "request.retry", first.ID, `{}`); retry.Code != "id_reused" {
		t.Errorf("the same id for another command: %+v", retry)
	}
	b.want("nothing new", "request.submitted request.submitted request.withdrawn")
}

func TestWithdrawAndRetry(t *testing.T) {
	t.Parallel()
	granted := event.ApprovalGranted{Automatic: true}
	failed := event.ProvisioningFailed{Retryable: true}
	for name, tc := range map[string]struct {
		reason  string
		before  func(*bundle, uuid.UUID)
		who     string
		command string
		status  int
		code    string
		facts   string // behind request.submitted
	}{
		"Withdraw":       {"in time", nil, "ute", "request.withdraw", 200, "", " request.withdrawn"},
		"TooLate":        {"decided", func(b *bundle, id uuid.UUID) { b.happen(id, event.Approve, granted) }, "ute", "request.withdraw", 409, "already_decided", " approval.granted"},
		"NotMine":        {"does not exist for others", nil, "uwe", "request.withdraw", 404, "not_found", ""},
		"Approver":       {"sees it and may not; that is remembered and nothing else", nil, "anna", "request.withdraw", 403, "not_allowed", " access.denied"},
		"OtherTenant":    {"does not exist in another house", nil, "rita", "request.withdraw", 404, "not_found", ""},
		"NothingToRetry": {"it has not failed", nil, "ute", "request.retry", 409, "not_failed", ""},
		"Retry": {
			"it failed", func(b *bundle, id uuid.UUID) {
				b.happen(id, event.Approve, granted)
				b.happen(id, event.Provision, failed)
			}, "ute", "request.retry", 200, "",
			" approval.granted provisioning.failed request.retried",
		},
		"RetryByAuditor": {
			"sees it and may not; that is remembered and nothing else", func(b *bundle, id uuid.UUID) { b.happen(id, event.Provision, failed) }, "adam", "request.retry", 403,
			"not_allowed", " provisioning.failed access.denied",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, catalog{})
			id := b.command("ute", "c1", "request.submit", uuid.Nil, wish).ID
			if tc.before != nil {
				tc.before(b, id)
			}
			if a := b.command(tc.who, "c2", tc.command, id, `{}`); a.Status != tc.status || a.Code != tc.code {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, "request.submitted"+tc.facts)
			if got := b.types(rival); got != "" {
				t.Errorf("%s: the other tenant's log has %q", tc.reason, got)
			}
		})
	}
}

// TestDenialIsRecordedOnce with who was refused what, where and why.
func TestDenialIsRecordedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	id := b.command("ute", "c1", "request.submit", uuid.Nil, wish).ID
	for range 2 {
		b.command("anna", "c2", "request.withdraw", id, `{}`)
	}
	b.want("a repeated command is refused again and recorded once", "request.submitted access.denied")
	e := b.log.Facts(tenant)[1]
	want := event.AccessDenied{Action: "request.withdraw", Resource: id, Reason: "not_allowed", Function: "submit"}
	if e.Fact != want || e.Actor != event.Person(people["anna"].Person) || e.Stream == id {
		t.Errorf("want %+v beside the request's stream, got %+v", want, e)
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	for _, command := range []string{"request.withdraw", "request.retry"} {
		if a := b.command("ute", "c1", command, uuid.Nil, `{}`); a.Status != 422 || a.Code != "bad_subject" {
			t.Errorf("%s about nothing: %+v", command, a)
		}
		if a := b.command("ute", "c1", command, uuid.New(), `{}`); a.Status != 404 || a.Code != "not_found" {
			t.Errorf("%s about nothing we know: %+v", command, a)
		}
	}
	b.want("nothing happened", "")
}

func TestExport(t *testing.T) {
	t.Parallel()
	const period = `{"from":"2026-01-01T00:00:00+01:00","to":"2026-02-01T00:00:00Z"}`
	for name, tc := range map[string]struct {
		reason string
		who    string
		data   string
		status int
		code   string
		facts  string
	}{
		"Auditor":  {"it is their work", "adam", period, 201, "", "audit.requested"},
		"User":     {"not theirs to read; that is remembered", "ute", period, 403, "not_allowed", "access.denied"},
		"Approver": {"nor an approver's", "anna", period, 403, "not_allowed", "access.denied"},
		"NoPeriod": {"which?", "adam", `{}`, 422, "invalid_period", ""},
		"NoDate":   {"not a date", "adam", `{"from":"yesterday"}`, 422, "bad_data", ""},
		"Year0":    {"no answer of 500: JSON cannot write it in UTC", "adam", `{"from":"0000-01-01T00:00:00+14:00","to":"0001-06-01T00:00:00Z"}`, 422, "invalid_period", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, catalog{})
			a := b.command(tc.who, "c1", "audit.export", uuid.Nil, tc.data)
			if a.Status != tc.status || a.Code != tc.code {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, tc.facts)
			if again := b.command(tc.who, "c1", "audit.export", uuid.Nil, tc.data); again.Status != tc.status || again.ID != a.ID {
				t.Errorf("%s: want the same answer, got %+v and %+v", tc.reason, a, again)
			}
			b.want(tc.reason, tc.facts)
		})
	}
}
