package mail

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

var letter = Letter{
	ID: uuid.MustParse("0197f3a0-0000-7000-8000-000000000001"), Thread: uuid.MustParse("0197f3a0-0000-7000-8000-000000000002"),
	Date: time.Date(2025, 11, 24, 9, 30, 0, 0, time.UTC), From: "Müller & Söhne GmbH", To: "Jana Vogel", Address: "jana@acme.test",
	Subject: "Freigegeben: web-01", Text: "Grüße\n.\nEnde\n", HTML: "<p>Grüße</p>",
}

func (s *server) relay(t *testing.T, mode string) *Relay {
	t.Helper()
	r, err := New(Config{Host: "127.0.0.1", Port: s.port, TLS: mode, From: "dcm@portal.test"})
	if err != nil {
		t.Fatal(err)
	}
	r.tls = s.tls
	return r
}

func TestSend(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		server *server
		want   error
	}{
		"Taken":                {"250 is success", &server{}, nil},
		"TryLater":             {"451 after the content is about this letter, for now", &server{onData: answers(451, "try later, jana@acme.test")}, ErrDeferred},
		"Greylisted":           {"450 for the recipient is about this letter, for now", &server{onRcpt: answers(450, "greylisted jana@acme.test")}, ErrDeferred},
		"ClosingDown":          {"421 is the server's own trouble, not the letter's", &server{onRcpt: answers(421, "closing")}, ErrUnavailable},
		"NoSuchUser":           {"550 for the recipient is final", &server{onRcpt: answers(550, "no such user jana@acme.test")}, ErrRecipientRefused},
		"Spam":                 {"554 after the content is final", &server{onData: answers(554, "jana@acme.test does not want this")}, ErrMessageRefused},
		"SenderRefused":        {"550 for our own address is a fault of the configuration: no letter may be lost by it", &server{onMail: answers(550, "not you")}, ErrUnavailable},
		"LoginWanted":          {"a server that wants a login is a fault of the configuration", &server{login: true}, ErrUnavailable},
		"SenderDeferred":       {"451 for our own address is the same for every letter", &server{onMail: answers(451, "later")}, ErrUnavailable},
		"ConnectionBreaksDown": {"no answer after the content: nobody knows, so it is sent again", &server{onData: func() error { panic("the server crashes") }}, ErrUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.server.serve(t, "none")
			err := c.server.relay(t, "none").Send(t.Context(), letter)
			if !errors.Is(err, c.want) {
				t.Fatalf("%s: got %v, want %v", c.reason, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "jana") {
				t.Errorf("the error repeats the recipient's address: %v", err)
			}
			if got := len(c.server.received()); (c.want == nil) != (got == 1) {
				t.Errorf("%s: the server has %d letters", c.reason, got)
			}
		})
	}
}

func TestSendOverTLS(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"starttls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := (&server{login: true}).serve(t, mode)
			r := s.relay(t, mode)
			r.config.User, r.config.Password = "portal", "secret"
			if err := r.Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			r.config.Password = "wrong"
			if err := r.Send(t.Context(), letter); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "535") {
				t.Errorf("a refused login is for the operator to mend, and says 535: got %v", err)
			}
			r.tls = nil
			if err := r.Send(t.Context(), letter); !errors.Is(err, ErrUnavailable) {
				t.Errorf("a server nobody vouches for gets no mail: got %v", err)
			}
			if got := len(s.received()); got != 1 {
				t.Errorf("the server has %d letters, want 1", got)
			}
		})
	}
}

func TestStartTLSIsNotOptional(t *testing.T) {
	t.Parallel()
	s := (&server{}).serve(t, "none")
	if err := s.relay(t, "starttls").Send(t.Context(), letter); !errors.Is(err, ErrUnavailable) {
		t.Errorf("somebody who strips STARTTLS must not get the mail: got %v", err)
	}
}

func TestLoginInClearOnlyIfChosen(t *testing.T) {
	t.Parallel()
	s := (&server{login: true}).serve(t, "none")
	r := s.relay(t, "none")
	r.config.User, r.config.Password = "portal", "secret"
	if err := r.Send(t.Context(), letter); err != nil {
		t.Error(err)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: l.Addr().(*net.TCPAddr).Port}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.relay(t, "none").Send(t.Context(), letter); !errors.Is(err, ErrUnavailable) || fault.KindOf(err) != fault.Transient {
		t.Errorf("got %v", err)
	}
}

func TestSlowServer(t *testing.T) {
	t.Parallel()
	cases := map[string]*server{
		"NoGreeting": nil,
		"NoAnswer":   {onData: func() error { time.Sleep(2 * time.Second); return nil }},
	}
	for name, s := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if s == nil {
				l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = l.Close() })
				s = &server{port: l.Addr().(*net.TCPAddr).Port}
			} else {
				s.serve(t, "none")
			}
			r := s.relay(t, "none")
			r.timeout = 200 * time.Millisecond
			start := time.Now()
			if err := r.Send(t.Context(), letter); !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("waited %s", took)
			}
		})
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config Config
		port   int
		bad    string
	}{
		"StartTLS":    {Config{Host: "h", TLS: "starttls", From: "a@b.test"}, 587, ""},
		"TLS":         {Config{Host: "h", TLS: "TLS", From: "a@b.test"}, 465, ""},
		"None":        {Config{Host: "h", TLS: "none", From: "a@b.test"}, 25, ""},
		"GivenPort":   {Config{Host: "h", Port: 2525, TLS: "none", From: "a@b.test"}, 2525, ""},
		"UnknownTLS":  {Config{Host: "h", TLS: "ssl", From: "a@b.test"}, 0, "SMTP_TLS"},
		"NoHost":      {Config{TLS: "none", From: "a@b.test"}, 0, "SMTP_HOST"},
		"NoSender":    {Config{Host: "h", TLS: "none", From: "portal"}, 0, "SMTP_FROM"},
		"NamedSender": {Config{Host: "h", TLS: "none", From: "DCM <a@b.test>"}, 25, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := New(c.config)
			if c.bad != "" {
				if err == nil || !strings.Contains(err.Error(), c.bad) {
					t.Fatalf("got %v, want an error that names %s", err, c.bad)
				}
				return
			}
			if err != nil || r.config.Port != c.port {
				t.Fatalf("got port %d, %v; want %d", r.config.Port, err, c.port)
			}
			if got := r.MessageID(letter.ID); got != fmt.Sprintf("<%s@%s", letter.ID, r.from.Address[2:])+">" {
				t.Errorf("Message-ID is %s", got)
			}
		})
	}
}
