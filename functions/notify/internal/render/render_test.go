package render

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"dcm.io/functions/notify/internal/message"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	request = uuid.MustParse("0197f3a0-0000-7000-8000-000000000001")
	ready   = time.Date(2025, 11, 24, 10, 12, 0, 0, time.UTC)
)

// sample is a view that has everything.
func sample(k message.Kind, locale string) View {
	v := View{
		Kind: k, About: request, Locale: locale, Tenant: "Müller & Söhne GmbH", Recipient: "Jana Vogel", Requester: "Jana Vogel", Decider: "Anna Berg", Own: true,
		State: message.State{
			Request: event.RequestSubmitted{
				Project: "shop", Name: "web-01", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
				Network: "dmz", LeaseDays: 90, MonthlyCents: 7900, Currency: "EUR",
			},
			DueAt:   time.Date(2025, 12, 1, 9, 30, 0, 0, time.UTC),
			Machine: event.ProvisioningSucceeded{Address: "10.20.0.15", Hostname: "web-01"}, ReadyAt: ready,
			Failure: event.ProvisioningFailed{Step: "clone", Code: "insufficient_resources", Detail: "No host in cluster-1 has 8 GiB of memory left.", Retryable: true, RolledBack: true},
			Asked:   event.AuditRequested{From: time.Date(2025, 9, 30, 22, 0, 0, 0, time.UTC), To: time.Date(2025, 10, 31, 23, 0, 0, 0, time.UTC)},
			Bundle:  event.AuditExported{SHA256: strings.Repeat("9f86d081", 8), Bytes: 4_215_331, Facts: 100_482, LockedUntil: time.Date(2032, 11, 24, 10, 0, 0, 0, time.UTC)},
		},
	}
	switch k {
	case message.DecisionNeeded, message.DecisionReminder, message.RequestWithdrawn:
		v.Recipient, v.Own = "Anna Berg", false
	}
	v.Words = map[message.Kind]string{
		message.DecisionNeeded:   "Der Shop braucht vor dem Weihnachtsgeschäft einen zweiten Webserver.\n\nKosten sind mit Herrn Weiß besprochen.",
		message.DecisionReminder: "Der Shop braucht vor dem Weihnachtsgeschäft einen zweiten Webserver.",
		message.RequestApproved:  "Bitte nach Weihnachten wieder abbauen.",
		message.RequestRejected:  "Es gibt schon web-02 im selben Projekt, nehmen Sie bitte die.",
	}[k]
	return v
}

func newRenderer(t *testing.T) *Renderer {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r, err := New("https://portal.test/", zone)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGolden(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	views := map[string]View{}
	for _, locale := range []string{"de", "en"} {
		for _, k := range message.Kinds {
			views[string(k)+"."+locale] = sample(k, locale)
		}
		admin := sample(message.VMFailed, locale)
		admin.Own, admin.Recipient = false, "Carla Chef"
		views["vm_failed_admin."+locale] = admin
		windows := sample(message.VMReady, locale)
		windows.Request.OS, windows.Request.Template = "windows", "windows-2025"
		views["vm_ready_windows."+locale] = windows
		automatic := sample(message.RequestApproved, locale)
		automatic.Granted.Automatic, automatic.Words = true, ""
		views["request_approved_automatic."+locale] = automatic
		erased := sample(message.DecisionNeeded, locale)
		erased.Requester, erased.Words = "", ""
		views["decision_needed_erased."+locale] = erased
	}
	for name, v := range views {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := r.Render(v)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".golden.txt", "Subject: "+l.Subject+"\n\n"+l.Text)
			golden(t, name+".golden.html", l.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; run go test ./internal/render -update and read the change. Got:\n%s", name, got)
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	const evil = "</blockquote><script>alert(1)</script>\r\nBcc: eve@evil.test \u202egnp.exe\x00\" onload=\"x"
	r := newRenderer(t)
	for _, k := range message.Kinds {
		v := sample(k, "en")
		v.Own = false
		for _, s := range []*string{
			&v.Tenant, &v.Recipient, &v.Requester, &v.Decider, &v.Words, &v.Request.Name, &v.Request.Project, &v.Request.Template,
			&v.Request.Network, &v.Request.Size, &v.Machine.Address, &v.Machine.Hostname, &v.Failure.Code, &v.Failure.Step, &v.Failure.Detail, &v.Bundle.SHA256,
		} {
			*s = evil
		}
		l, err := r.Render(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(l.Subject, "\r\n\x00\u202e") {
			t.Errorf("%s: the subject is %q", k, l.Subject)
		}
		for _, bad := range []string{"<script", "\u202e", "\x00", `onload="`} {
			if strings.Contains(l.HTML, bad) {
				t.Errorf("%s: the HTML has %q", k, bad)
			}
		}
		if strings.ContainsAny(l.Text, "\r\x00\u202e") {
			t.Errorf("%s: the text has control characters", k)
		}
	}
}

func TestNothingIsLoaded(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for _, k := range message.Kinds {
		l, err := r.Render(sample(k, "de"))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<img", "src=", "url(", "@import", "<link", "<script"} {
			if strings.Contains(l.HTML, bad) {
				t.Errorf("%s: the mail loads something: %s", k, bad)
			}
		}
		if n := strings.Count(l.HTML, "href="); n != 1 {
			t.Errorf("%s: %d links, want one", k, n)
		}
		want := "https://portal.test/requests/" + request.String()
		switch k {
		case message.DecisionNeeded, message.DecisionReminder:
			want = "https://portal.test/approvals/" + request.String()
		case message.BundleReady:
			want = "https://portal.test/audit/bundles"
		}
		if !strings.Contains(l.HTML, `href="`+want+`"`) || !strings.Contains(l.Text, want+"\n") {
			t.Errorf("%s does not link to %s", k, want)
		}
	}
}

func TestUnknownLocaleIsEnglish(t *testing.T) {
	t.Parallel()
	for _, locale := range []string{"", "fr", "de-AT"} {
		l, err := newRenderer(t).Render(sample(message.VMReady, locale))
		if err != nil || !strings.HasPrefix(l.Subject, "Ready") {
			t.Errorf("%q: %q, %v", locale, l.Subject, err)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	t.Parallel()
	if _, err := newRenderer(t).Render(sample("party", "en")); err == nil {
		t.Error("a kind without words is an error, not an empty mail")
	}
}

func TestPortalAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "portal.test", "javascript:alert(1)", "ftp://portal.test", "https://"} {
		if _, err := New(address, time.UTC); err == nil {
			t.Errorf("%q is no portal's address", address)
		}
	}
}
