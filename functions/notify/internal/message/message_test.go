package message

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

var (
	tenant   = id("tenant")
	request  = id("request")
	jana     = id("jana")
	anna     = id("anna")
	bert     = id("bert")
	carla    = id("carla")
	start    = time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)
	asked    = event.RequestSubmitted{Requester: jana, Name: "web-01"}
	opened   = event.ApprovalOpened{Role: "approver", DueAt: start.AddDate(0, 0, 7)}
	granted  = event.ApprovalGranted{By: anna}
	everyone = []Person{
		{ID: anna, Roles: []string{"user", "approver"}},
		{ID: bert, Roles: []string{"auditor"}},
		{ID: carla, Roles: []string{"tenant_admin"}},
	}
)

func id(s string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(s)) }

// stream makes envelopes of facts, a minute apart.
func stream(facts ...event.Fact) []event.Envelope {
	out := make([]event.Envelope, len(facts))
	for i, f := range facts {
		out[i] = event.Envelope{
			ID: id(fmt.Sprint("fact", i)), Tenant: tenant, Stream: request, Version: int64(i + 1),
			OccurredAt: start.Add(time.Duration(i) * time.Minute), Fact: f,
		}
	}
	return out
}

func fold(facts []event.Envelope) State {
	var s State
	for _, e := range facts {
		s = Evolve(s, e)
	}
	return s
}

func told(kind Kind, to uuid.UUID) event.NotificationQueued {
	return event.NotificationQueued{Notification: id(string(kind) + to.String()), Message: string(kind), Recipient: to}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	janaToo := append([]Person{{ID: jana, Roles: []string{"approver"}}}, everyone...)
	askedTwice := []event.Fact{asked, opened, told(DecisionNeeded, anna), told(DecisionReminder, anna), told(RequestSubmitted, jana)}
	cases := map[string]struct {
		reason string
		given  []event.Fact
		about  int // index of the fact to tell about; the last if negative
		staff  []Person
		kind   Kind
		want   []uuid.UUID
	}{
		"Submitted":             {"the requester hears that it arrived", []event.Fact{asked}, -1, nil, RequestSubmitted, []uuid.UUID{jana}},
		"Opened":                {"who may decide is asked; an auditor may not", []event.Fact{asked, opened}, -1, everyone, DecisionNeeded, []uuid.UUID{anna, carla}},
		"OpenedByApprover":      {"nobody is asked about their own request", []event.Fact{asked, opened}, -1, janaToo, DecisionNeeded, []uuid.UUID{anna, carla}},
		"OpenedForRoleBeside":   {"a role beside the ladder includes nobody else", []event.Fact{asked, event.ApprovalOpened{Role: "auditor"}}, -1, everyone, DecisionNeeded, []uuid.UUID{bert}},
		"OpenedForAdmins":       {"an approver is below a tenant_admin", []event.Fact{asked, event.ApprovalOpened{Role: "tenant_admin"}}, -1, everyone, DecisionNeeded, []uuid.UUID{carla}},
		"OpenedForNoRole":       {"a docket without a role asks nobody, not everybody", []event.Fact{asked, event.ApprovalOpened{}}, -1, everyone, DecisionNeeded, nil},
		"OpenedAndDecided":      {"what is decided needs no decision", []event.Fact{asked, opened, granted}, 1, everyone, DecisionNeeded, nil},
		"Reminded":              {"who may decide is asked again", []event.Fact{asked, opened, event.ApprovalReminded{}}, -1, everyone, DecisionReminder, []uuid.UUID{anna, carla}},
		"RemindedAndWithdrawn":  {"what is withdrawn needs no decision", []event.Fact{asked, opened, event.ApprovalReminded{}, event.RequestWithdrawn{}}, 2, everyone, DecisionReminder, nil},
		"Granted":               {"the requester hears of a yes", []event.Fact{asked, opened, granted}, -1, nil, RequestApproved, []uuid.UUID{jana}},
		"Rejected":              {"the requester hears of a no", []event.Fact{asked, opened, event.ApprovalRejected{By: anna}}, -1, nil, RequestRejected, []uuid.UUID{jana}},
		"Expired":               {"the requester hears that nobody decided", []event.Fact{asked, opened, event.ApprovalExpired{}}, -1, nil, RequestExpired, []uuid.UUID{jana}},
		"WithdrawnBeforeOpened": {"nobody was asked, so nobody needs to know", []event.Fact{asked, event.RequestWithdrawn{By: jana}}, -1, nil, RequestWithdrawn, nil},
		"WithdrawnWhileWaiting": {"who was asked, and only they, hear that it is over; once, though asked twice", append(askedTwice[:5:5], event.RequestWithdrawn{By: jana}), -1, nil, RequestWithdrawn, []uuid.UUID{anna}},
		"Succeeded":             {"the requester hears that it is ready", []event.Fact{asked, granted, event.ProvisioningSucceeded{}}, -1, nil, VMReady, []uuid.UUID{jana}},
		"Failed":                {"the requester and the administrators hear of a failure", []event.Fact{asked, granted, event.ProvisioningFailed{}}, -1, everyone, VMFailed, []uuid.UUID{jana, carla}},
		"FailedForAdmin":        {"an administrator who is the requester hears it once", []event.Fact{event.RequestSubmitted{Requester: carla}, granted, event.ProvisioningFailed{}}, -1, everyone, VMFailed, []uuid.UUID{carla}},
		"FailedAndTried":        {"what is being tried again has not failed", []event.Fact{asked, granted, event.ProvisioningFailed{}, event.RequestRetried{}}, 2, everyone, VMFailed, nil},
		"Exported":              {"who asked for a bundle hears that it is there", []event.Fact{event.AuditRequested{By: bert}, event.AuditExported{}}, -1, nil, BundleReady, []uuid.UUID{bert}},
		"SomethingElse":         {"other facts tell nobody anything", []event.Fact{asked, event.ProvisioningStarted{}}, -1, everyone, "", nil},
		"UnknownFact":           {"a fact of a newer release is passed over", []event.Fact{asked, nil}, -1, everyone, "", nil},
		"NobodyRequested":       {"a stream without a request has nobody to tell", []event.Fact{granted}, -1, nil, RequestApproved, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := stream(c.given...)
			if c.about < 0 {
				c.about = len(facts) - 1
			}
			tell := Tell{About: facts[c.about], Staff: c.staff}
			var got []uuid.UUID
			for _, n := range Decide(fold(facts), tell) {
				got = append(got, n.Recipient)
				if Kind(n.Message) != c.kind {
					t.Errorf("%s: the message is %s, want %s", c.reason, n.Message, c.kind)
				}
				if n.Bundle == uuid.Nil == (c.kind == BundleReady) || n.Request == uuid.Nil == (c.kind != BundleReady) {
					t.Errorf("about request %s, bundle %s", n.Request, n.Bundle)
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: told %v, want %v", c.reason, got, c.want)
			}
			if !reflect.DeepEqual(Decide(fold(facts), tell), Decide(fold(facts), tell)) {
				t.Error("the same fact makes other notifications the second time")
			}
		})
	}
}

func TestSilent(t *testing.T) {
	t.Parallel()
	facts := stream(asked, opened)
	cases := map[string]struct {
		staff []Person
		want  bool
	}{
		"Somebody":      {everyone, false},
		"Nobody":        {nil, true},
		"OnlyRequester": {[]Person{{ID: jana, Roles: []string{"tenant_admin"}}}, true},
	}
	for name, c := range cases {
		if got := Silent(fold(facts), Tell{About: facts[1], Staff: c.staff}); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestPointless(t *testing.T) {
	t.Parallel()
	needed, again, failed := told(DecisionNeeded, anna), told(DecisionReminder, anna), told(VMFailed, carla)
	secondFailure := failed
	secondFailure.Notification = id("second")
	approver, nobody := []string{"approver"}, []string{"user"}
	cases := map[string]struct {
		reason string
		given  []event.Fact
		what   event.NotificationQueued
		roles  []string
		want   string
	}{
		"StillWaiting":   {"the question stands", []event.Fact{asked, opened, needed}, needed, approver, ""},
		"Decided":        {"the question is answered", []event.Fact{asked, opened, needed, granted}, needed, approver, Superseded},
		"Expired":        {"the question is moot", []event.Fact{asked, opened, needed, event.ApprovalExpired{}}, needed, approver, Superseded},
		"Reminded":       {"the reminder says it all, if the first mail has not left by then", []event.Fact{asked, opened, needed, again}, needed, approver, Superseded},
		"Reminder":       {"the reminder itself stands", []event.Fact{asked, opened, needed, again}, again, approver, ""},
		"RoleLost":       {"somebody who may not decide any more may not read about it either", []event.Fact{asked, opened, needed}, needed, nobody, NotEntitled},
		"StillFailed":    {"administrators hear of failures", []event.Fact{asked, granted, event.ProvisioningFailed{}, failed}, failed, []string{"tenant_admin"}, ""},
		"TriedAgain":     {"the failure is being dealt with", []event.Fact{asked, granted, event.ProvisioningFailed{}, failed, event.RequestRetried{}}, failed, []string{"tenant_admin"}, Superseded},
		"FailedAgain":    {"the later failure is what counts", []event.Fact{asked, granted, event.ProvisioningFailed{}, failed, event.RequestRetried{}, event.ProvisioningFailed{}, secondFailure}, failed, []string{"tenant_admin"}, Superseded},
		"NoAdminNow":     {"who is no administrator any more is not told of others' failures", []event.Fact{asked, granted, event.ProvisioningFailed{}, failed}, failed, nobody, NotEntitled},
		"OwnFailure":     {"their own failure needs no role", []event.Fact{asked, granted, event.ProvisioningFailed{}, told(VMFailed, jana)}, told(VMFailed, jana), nobody, ""},
		"ApprovedLate":   {"a yes is news, though the machine is ready by now", []event.Fact{asked, granted, told(RequestApproved, jana), event.ProvisioningSucceeded{}}, told(RequestApproved, jana), nobody, ""},
		"Withdrawn":      {"that it is over is news to who was asked", []event.Fact{asked, opened, event.RequestWithdrawn{}, told(RequestWithdrawn, anna)}, told(RequestWithdrawn, anna), approver, ""},
		"BundleIsTheirs": {"a bundle belongs to who asked for it", []event.Fact{event.AuditRequested{By: bert}, told(BundleReady, bert)}, told(BundleReady, bert), nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fold(stream(c.given...))
			what, settled, ok := s.Find(c.what.Notification)
			if !ok || settled {
				t.Fatal("the notification is not there")
			}
			if got := s.Pointless(what, c.roles); got != c.want {
				t.Errorf("%s: got %q, want %q", c.reason, got, c.want)
			}
		})
	}
}

func TestConclude(t *testing.T) {
	t.Parallel()
	q := told(RequestApproved, jana)
	sent := Told{ID: q.Notification, Kind: RequestApproved, To: jana}.Sent("<m@portal.test>")
	failed := Told{ID: q.Notification, Kind: RequestApproved, To: jana}.Failed(Erased)
	cases := map[string]struct {
		reason string
		given  []event.Fact
		want   int
	}{
		"First":         {"the end is recorded", []event.Fact{asked, q}, 1},
		"AlreadySent":   {"a mail ends once", []event.Fact{asked, q, sent}, 0},
		"AlreadyFailed": {"a mail ends once", []event.Fact{asked, q, failed}, 0},
		"NeverQueued":   {"what was never queued does not end", []event.Fact{asked}, 0},
	}
	for name, c := range cases {
		got := Conclude(fold(stream(c.given...)), Settle{Told: Told{ID: q.Notification}, Fact: sent})
		if len(got) != c.want {
			t.Errorf("%s: %s: %d facts", name, c.reason, len(got))
		}
	}
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	w := Told{At: start}
	if w.GivesUp(start.AddDate(0, 0, 5).Add(-time.Second)) || !w.GivesUp(start.AddDate(0, 0, 5)) {
		t.Error("a mail that is put off is tried for five days, then no more")
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	for age, wait := range map[time.Duration]time.Duration{0: time.Minute, 5 * time.Minute: 5 * time.Minute, 24 * time.Hour: time.Hour} {
		now := start.Add(age)
		if got := (Told{At: start}).Again(now).Sub(now); got != wait {
			t.Errorf("a mail that is %s old waits %s, want %s", age, got, wait)
		}
	}
}

func TestEvolveLeavesStatesAlone(t *testing.T) {
	t.Parallel()
	s := fold(stream(asked, opened, told(DecisionNeeded, anna)))
	a := Evolve(s, stream(told(DecisionNeeded, bert))[0])
	Evolve(s, stream(told(DecisionNeeded, carla))[0])
	if _, _, ok := a.Find(told(DecisionNeeded, bert).Notification); !ok || len(s.told) != 1 {
		t.Error("a state that was handed out has changed")
	}
}
