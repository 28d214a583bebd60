package mail

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
)

func TestLetterOnTheWire(t *testing.T) {
	t.Parallel()
	s := (&server{}).serve(t, "none")
	r := s.relay(t, "none")
	for range 2 {
		if err := r.Send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
	}
	got := s.received()
	if got[0].data != got[1].data {
		t.Errorf("two attempts differ:\n%s\n%s", got[0].data, got[1].data)
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0].data))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Message-ID":               "<0197f3a0-0000-7000-8000-000000000001@portal.test>",
		"In-Reply-To":              "<0197f3a0-0000-7000-8000-000000000002@portal.test>",
		"References":               "<0197f3a0-0000-7000-8000-000000000002@portal.test>",
		"Date":                     "Mon, 24 Nov 2025 09:30:00 +0000",
		"Subject":                  "Freigegeben: web-01",
		"From":                     "Müller & Söhne GmbH <dcm@portal.test>",
		"To":                       "Jana Vogel <jana@acme.test>",
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"User-Agent":               "",
		"X-Mailer":                 "",
	} {
		if got := header(t, m, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	text, html := parts(t, m)
	if text != "Grüße\n.\nEnde\n" {
		t.Errorf("the text arrived as %q", text)
	}
	if html != "<p>Grüße</p>" {
		t.Errorf("the HTML arrived as %q", html)
	}
}

func TestNobodyAddsHeaders(t *testing.T) {
	t.Parallel()
	evil := []string{
		"x\r\nBcc: eve@evil.test", "x\nBcc: eve@evil.test", `x" <eve@evil.test>, "y`, "x <eve@evil.test>", "x\x00y", "=?utf-8?q?x?=\r\n y", strings.Repeat("ü ", 200),
	}
	s := (&server{}).serve(t, "none")
	r := s.relay(t, "none")
	for _, text := range evil {
		l := letter
		l.From, l.To, l.Subject = text, text, text
		if err := r.Send(t.Context(), l); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for i, got := range s.received() {
		m, err := mail.ReadMessage(strings.NewReader(got.data))
		if err != nil {
			t.Fatalf("%q breaks the message: %v", evil[i], err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != "jana@acme.test" || len(got.to) != 1 {
			t.Errorf("%q: the letter goes to %v (envelope %v), %v", evil[i], to, got.to, err)
		}
		if m.Header.Get("Bcc") != "" || m.Header.Get("Message-Id") == "" {
			t.Errorf("%q changed the headers: %v", evil[i], m.Header)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"jana@acme.test": true, "j.v+dcm@acme.test": true,
		"": false, "jana": false, "Jana <jana@acme.test>": false, "jana@acme.test, eve@evil.test": false,
		"jana@acme.test\r\nRCPT TO:<eve@evil.test>": false, "jana @acme.test": false, "<jana@acme.test>": false,
	}
	for s, good := range cases {
		if _, err := address(s); (err == nil) != good {
			t.Errorf("%q: %v", s, err)
		} else if err != nil && !errors.Is(err, ErrBadAddress) {
			t.Errorf("%q: not a bad address but %v", s, err)
		}
	}
}

func header(t *testing.T, m *mail.Message, name string) string {
	t.Helper()
	if a, err := m.Header.AddressList(name); err == nil && (name == "From" || name == "To") {
		return a[0].Name + " <" + a[0].Address + ">"
	}
	s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parts(t *testing.T, m *mail.Message) (text, html string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	var bodies []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	if len(bodies) != 2 {
		t.Fatalf("%d parts", len(bodies))
	}
	return bodies[0], bodies[1]
}
