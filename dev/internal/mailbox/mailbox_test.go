package mailbox_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"

	"dcm.io/dev/internal/mailbox"
)

const message = "From: DCM <portal@csp.example>\r\n" +
	"To: jana.vogel@acme.example\r\n" +
	"Subject: =?utf-8?q?Ihre_Anfrage_f=C3=BCr_web-1?=\r\n" +
	"Message-ID: <fact-1@dcm>\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=outer\r\n\r\n" +
	"--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n" +
	"--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n" +
	"--inner\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+R3LDvMOfZTwvcD4=\r\n" +
	"--inner--\r\n" +
	"--outer\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\na,b\r\n" +
	"--outer--\r\n"

func TestDelivery(t *testing.T) {
	t.Parallel()
	m := start(t, t.TempDir())
	if err := send(m, "secret", "jana.vogel@acme.example", "anna.berg@acme.example"); err != nil {
		t.Fatal(err)
	}
	mails := m.Mails("Jana.Vogel@acme.example")
	if len(mails) != 1 {
		t.Fatalf("%d mails for jana, want 1", len(mails))
	}
	got := mails[0]
	if got.Subject != "Ihre Anfrage für web-1" || got.Text != "Grüße" || got.HTML != "<p>Grüße</p>" || got.From != "portal@csp.example" {
		t.Errorf("mail is %+v", got)
	}
	if len(got.Attachments) != 1 || got.Attachments[0] != (mailbox.Attachment{Name: "a.csv", Type: "text/csv", Size: 3}) {
		t.Errorf("attachments are %+v", got.Attachments)
	}
	if all := m.Mails(""); len(all) != 2 {
		t.Errorf("%d mails in all, want 2", len(all))
	}
}

func TestDuplicatesAreSuppressed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := start(t, dir)
	for range 2 {
		if err := send(m, "secret", "jana.vogel@acme.example"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(m.Mails("")); n != 1 || m.Suppressed() != 1 || m.Mails("")[0].Suppressed != 1 {
		t.Errorf("%d mails, %d suppressed: want 1 and 1", n, m.Suppressed())
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	next := start(t, dir)
	if err := send(next, "secret", "jana.vogel@acme.example"); err != nil {
		t.Fatal(err)
	}
	if n := len(next.Mails("")); n != 1 || next.Suppressed() != 1 {
		t.Errorf("next run: %d mails, %d suppressed: want 1 and 1, mails survive", n, next.Suppressed())
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	m := start(t, t.TempDir())
	m.Unknown("ghost@acme.example")
	m.Refuse(451, 1)
	steps := []struct {
		name, password, to string
		code               int
		reason             string
	}{
		{"TryLater", "secret", "jana.vogel@acme.example", 451, "refused once, after the data"},
		{"Accepted", "secret", "jana.vogel@acme.example", 0, "the refusal was for one message"},
		{"Unknown", "secret", "ghost@acme.example", 550, "no such mailbox"},
		{"BadPassword", "guess", "jana.vogel@acme.example", 535, "every sender must authenticate"},
	}
	for _, s := range steps {
		err := send(m, s.password, s.to)
		var refused *textproto.Error
		switch {
		case s.code == 0 && err != nil:
			t.Errorf("%s: %v; %s", s.name, err, s.reason)
		case s.code != 0 && (!errors.As(err, &refused) || refused.Code != s.code):
			t.Errorf("%s: %v, want %d; %s", s.name, err, s.code, s.reason)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	m := start(t, t.TempDir())
	if err := send(m, "secret", "jana.vogel@acme.example"); err != nil {
		t.Fatal(err)
	}
	id := m.Mails("")[0].ID
	cases := map[string]struct{ path, want, policy string }{
		"Inbox":   {"/?to=jana.vogel@acme.example", "Ihre Anfrage für web-1", "default-src 'none'"},
		"Nobody":  {"/?to=nobody@acme.example", "No mail yet", "default-src 'none'"},
		"Framed":  {"/mails/" + id, `<iframe title="The mail" sandbox="allow-popups`, "frame-src 'self'"},
		"Text":    {"/mails/" + id + "?view=text", "<pre>Grüße</pre>", "default-src 'none'"},
		"Content": {"/mails/" + id + "/html", "<p>Grüße</p>", "sandbox"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := get(t, m.URL()+tc.path)
			if !strings.Contains(body, tc.want) {
				t.Errorf("page lacks %q:\n%s", tc.want, body)
			}
			if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, tc.policy) {
				t.Errorf("policy %q lacks %q", policy, tc.policy)
			}
		})
	}
}

func TestAPI(t *testing.T) {
	t.Parallel()
	m := start(t, t.TempDir())
	if err := send(m, "secret", "jana.vogel@acme.example"); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Mails      []mailbox.Mail
		Suppressed int
	}
	_, body := get(t, m.URL()+"/api/mails?to=jana.vogel@acme.example")
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Mails) != 1 || list.Mails[0].Text != "Grüße" {
		t.Errorf("list is %+v", list)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, m.URL()+"/api/mails", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	if n := len(m.Mails("")); n != 0 {
		t.Errorf("%d mails after all were deleted", n)
	}
}

func start(t *testing.T, dir string) *mailbox.Mailbox {
	t.Helper()
	m, err := mailbox.Start(t.Context(), mailbox.Config{Dir: dir, User: "dcm", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// send goes through STARTTLS, as a careful sender does.
func send(m *mailbox.Mailbox, password string, to ...string) error {
	c, err := smtp.Dial(m.SMTPAddr())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true}); err != nil { // its certificate is its own
		return err
	}
	host, _, _ := net.SplitHostPort(m.SMTPAddr())
	if err := c.Auth(smtp.PlainAuth("", "dcm", password, host)); err != nil {
		return err
	}
	if err := c.Mail("portal@csp.example"); err != nil {
		return err
	}
	for _, address := range to {
		if err := c.Rcpt(address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, message); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
