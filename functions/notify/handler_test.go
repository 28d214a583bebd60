package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// The suite looks at what facts make notify record. What mails make it record is
// tested below; here none can be written.
func TestConformance(t *testing.T) {
	t.Parallel()
	functiontest.Run(t, event.Notify, func(t *testing.T, log *memory.Log, now func() time.Time) function.Routes {
		t.Helper()
		b := setup(t, nil)
		b.notify.log, b.notify.people, b.notify.now = log, shy{}, now
		return b.notify.routes()
	})
}

// shy is a directory with one approver in every tenant, that gives no addresses.
type shy struct{ people }

func (shy) Person(context.Context, uuid.UUID, uuid.UUID) (readmodel.Person, error) {
	return readmodel.Person{}, fault.New(fault.Transient, "away", "away")
}

func (shy) WithRole(_ context.Context, tenant uuid.UUID, _ ...string) ([]readmodel.Person, error) {
	return []readmodel.Person{{ID: event.PersonID(tenant, "anna"), Roles: []string{"approver"}}}, nil
}

func TestEachPersonIsToldOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	jana := b.knows(b.key.Tenant, "Jana Vogel", "jana@acme.test", "de", "user", "approver")
	b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "en", "approver")
	carla := b.knows(b.key.Tenant, "Carla Chef", "carla@acme.test", "", "tenant_admin")
	b.knows(b.key.Tenant, "Udo User", "udo@acme.test", "de", "user")
	b.request(jana)
	opened := b.opens()
	b.ring(opened)
	b.ring(opened)
	b.tick(time.Minute)
	wants(t, "two may decide and get one each; the requester may not, though an approver", b.post.sent(), []string{
		"anna@acme.test: Your decision, please: web-01 for Jana Vogel",
		"carla@acme.test: Ihre Entscheidung, bitte: web-01 für Jana Vogel",
		"jana@acme.test: Ihr Antrag ist angekommen: web-01",
	})
	wants(t, "the log says so", b.recorded(), map[string]int{
		"queued request_submitted": 1, "sent request_submitted": 1, "queued decision_needed": 2, "sent decision_needed": 2,
	})
	b.ring(b.happens(event.ApprovalGranted{By: carla}))
	b.ring(b.happens(event.ProvisioningSucceeded{Address: "10.0.0.7", Hostname: "web-01"}))
	b.owes(0)
	l := b.post.last()
	if l.From != "Acme GmbH" || l.To != "Jana Vogel" || l.Thread != b.key.Stream || !l.Date.Equal(b.now) || !strings.Contains(l.Text, "ssh 10.0.0.7") {
		t.Errorf("the last letter is %+v", l)
	}
}

func TestFailureIsToldToAdministrators(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	jana := b.knows(b.key.Tenant, "Jana Vogel", "jana@acme.test", "de", "user")
	b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "de", "approver")
	b.knows(b.key.Tenant, "Carla Chef", "carla@acme.test", "de", "tenant_admin")
	b.request(jana)
	b.ring(b.happens(event.ApprovalGranted{Automatic: true}))
	b.ring(b.happens(event.ProvisioningFailed{Step: "clone", Code: "timeout", Detail: "host-7 does not answer"}))
	b.owes(0)
	wants(t, "an approver has nothing to do with it", b.post.sent(), []string{
		"carla@acme.test: Konnte nicht gebaut werden: web-01",
		"jana@acme.test: Freigegeben: web-01",
		"jana@acme.test: Ihr Antrag ist angekommen: web-01",
		"jana@acme.test: Konnte nicht gebaut werden: web-01",
	})
	for _, l := range b.post.letters {
		if shown := strings.Contains(l.Text, "host-7"); shown != (l.Address == "carla@acme.test") {
			t.Errorf("details of the hypervisor shown to %s: %v", l.Address, shown)
		}
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	otto := b.knows(b.key.Tenant, "Otto Prüfer", "otto@acme.test", "de", "auditor")
	b.happens(event.AuditRequested{By: otto, From: b.now.AddDate(0, -1, 0), To: b.now})
	b.ring(b.happens(event.AuditExported{SHA256: "9f86", Bytes: 1000, Facts: 12, LockedUntil: b.now.AddDate(7, 0, 0)}))
	b.owes(0)
	wants(t, "who asked is told", b.post.sent(), []string{"otto@acme.test: Ihr Nachweispaket ist bereit"})
}

func TestOtherTenantsAreNeverTold(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	other := uuid.New()
	jana := b.knows(b.key.Tenant, "Jana Vogel", "jana@acme.test", "de", "user")
	b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "de", "approver")
	b.knows(other, "Eve Other", "eve@other.test", "de", "approver", "tenant_admin", "super_admin")
	b.request(jana)
	opened := b.opens()
	stolen := opened
	stolen.Tenant = other
	b.ring(stolen)
	b.ring(opened)
	b.ring(b.happens(event.ProvisioningFailed{Code: "timeout"}))
	for _, l := range b.post.letters {
		if l.Address == "eve@other.test" {
			t.Errorf("eve was told: %s", l.Subject)
		}
	}
	if facts := b.log.Facts(other); len(facts) != 0 {
		t.Errorf("%d facts in the other tenant's log", len(facts))
	}
}

func TestWithdrawn(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	jana := b.knows(b.key.Tenant, "Jana Vogel", "jana@acme.test", "de", "user")
	b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "de", "approver")
	b.request(jana)
	b.ring(b.opens())
	b.knows(b.key.Tenant, "Neu Hier", "neu@acme.test", "de", "approver")
	b.ring(b.happens(event.RequestWithdrawn{By: jana}))
	b.owes(0)
	wants(t, "who was asked hears that it is over; who was not hears nothing", b.post.sent(), []string{
		"anna@acme.test: Ihre Entscheidung, bitte: web-01 für Jana Vogel",
		"anna@acme.test: Zurückgezogen: web-01 für Jana Vogel",
		"jana@acme.test: Ihr Antrag ist angekommen: web-01",
	})
}
