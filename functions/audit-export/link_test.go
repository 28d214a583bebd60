package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

func TestLink(t *testing.T) {
	t.Parallel()
	f := setup(t)
	asked := f.ask(acme)
	f.ring(asked)
	stored := found[event.AuditExported](f, acme)[0]
	// Somebody with keys to the store puts another object on top.
	f.store.objects = append(f.store.objects, export.Object{Key: stored.ObjectKey, SHA256: "other"})

	before := time.Now()
	answer := decode[handedOut](t, f.link(acme, "auditor", asked.Stream.String(), ""))
	if !strings.Contains(answer.URL, stored.ObjectKey) || !strings.Contains(answer.URL, stored.SHA256) {
		t.Errorf("the link %s is not to the object that the log knows", answer.URL)
	}
	if ttl := answer.ExpiresAt.Sub(before); ttl < 4*time.Minute+58*time.Second || ttl > 5*time.Minute+time.Minute {
		t.Errorf("the link can be used for %s", ttl)
	}
	downloads := found[event.AuditDownloaded](f, acme)
	if len(downloads) != 1 || downloads[0].By != event.PersonID(acme, "caller") || !downloads[0].ExpiresAt.Equal(answer.ExpiresAt) {
		t.Errorf("recorded %+v", downloads)
	}
	if again := decode[handedOut](t, f.link(acme, "auditor", asked.Stream.String(), "")); again != answer {
		t.Errorf("the same command was answered %+v, then %+v", answer, again)
	}
	if n := len(found[event.AuditDownloaded](f, acme)); n != 1 {
		t.Errorf("the same command was recorded %d times", n)
	}
	f.link(acme, "tenant_admin", asked.Stream.String(), "another command")
	if n := len(found[event.AuditDownloaded](f, acme)); n != 2 {
		t.Errorf("two commands were recorded %d times", n)
	}
}

func TestLinkRefused(t *testing.T) {
	t.Parallel()
	bundle := event.DeriveID(acme, "bundle").String()
	for name, test := range map[string]struct {
		reason string
		tenant uuid.UUID
		role   string
		bundle string
		ready  bool
		down   bool
		status int
		code   string
	}{
		"OtherTenant": {"whether another tenant has the bundle is not for them to know", globex, "auditor", bundle, true, false, 404, "no_bundle"},
		"Unknown":     {"there is none", acme, "auditor", uuid.NewString(), true, false, 404, "no_bundle"},
		"NoID":        {"there is none by that name", acme, "auditor", "../etc/passwd", true, false, 404, "no_bundle"},
		"NotReady":    {"it is still being made", acme, "auditor", bundle, false, false, 409, "bundle_not_ready"},
		"User":        {"proof is for auditors", acme, "user", bundle, true, false, 403, "not_allowed"},
		"Approver":    {"an approver is no auditor", acme, "approver", bundle, true, false, 403, "not_allowed"},
		"StoreDown":   {"a link that leads nowhere helps nobody", acme, "auditor", bundle, true, true, 503, "down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			asked := f.ask(acme)
			if test.ready {
				f.ring(asked)
			}
			f.store.down = test.down
			w := f.link(test.tenant, test.role, test.bundle, "")
			if p := decode[fault.Problem](t, w); w.Code != test.status || p.Code != test.code {
				t.Errorf("answered %d %s, want %d %s: %s", w.Code, p.Code, test.status, test.code, test.reason)
			}
			if n := len(found[event.AuditDownloaded](f, acme)); n != 0 {
				t.Errorf("recorded %d downloads", n)
			}
			denied := found[event.AccessDenied](f, test.tenant)
			if want := test.status == http.StatusForbidden; (len(denied) == 1) != want {
				t.Errorf("recorded denials %+v", denied)
			}
		})
	}
}

func TestDenialHasItsOwnStream(t *testing.T) {
	t.Parallel()
	f := setup(t)
	asked := f.ask(acme)
	f.ring(asked)
	f.link(acme, "user", asked.Stream.String(), "")
	all := f.log.Facts(acme)
	last := all[len(all)-1]
	denied, ok := last.Fact.(event.AccessDenied)
	if !ok || last.Stream == asked.Stream || denied.Resource != asked.Stream || denied.Function != "audit-export" {
		t.Errorf("recorded %+v", last)
	}
}
