package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/mail"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// A Relay hands letters to the mail server, each over a connection of its own:
// the process may be stopped at any moment and keeps nothing open. It is safe for
// concurrent use.
type Relay struct {
	config  Config
	from    *mail.Address
	tls     *tls.Config   // nil but in tests
	timeout time.Duration // for connecting, and again for sending
}

// timeout leaves room, twice, in the time a handler has.
const timeout = 7 * time.Second

// New makes a relay; it does not connect.
func New(c Config) (*Relay, error) {
	c, from, err := c.checked()
	if err != nil {
		return nil, err
	}
	return &Relay{config: c, from: from, timeout: timeout}, nil
}

// MessageID is the Message-ID of the letter with this id, on every attempt.
func (r *Relay) MessageID(id uuid.UUID) string { return messageID(id, r.from) }

// Send hands a letter to the server. See the package comment for what it returns.
func (r *Relay) Send(ctx context.Context, l Letter) error {
	m, err := l.message(r.from)
	if err != nil {
		return err
	}
	client, err := r.client()
	if err != nil {
		return fmt.Errorf("prepare SMTP: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return ErrUnavailable.Because(scrubbed("connecting", err))
	}
	defer func() {
		if client.CloseWithSMTPClient(session) != nil { // what it has taken it has taken
			_ = session.Close()
		}
	}()
	err = client.SendWithSMTPClient(session, m)
	if m.IsDelivered() || err == nil {
		return nil
	}
	return classify(err)
}

func (r *Relay) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(r.config.Port), gomail.WithTimeout(r.timeout), gomail.WithoutNoop(), gomail.WithoutRset()}
	switch r.config.TLS {
	case "tls":
		options = append(options, gomail.WithSSL())
	case "starttls":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if r.tls != nil {
		options = append(options, gomail.WithTLSConfig(r.tls))
	}
	if r.config.User != "" {
		options = append(options, gomail.WithUsername(r.config.User), gomail.WithPassword(r.config.Password), r.logins())
	}
	return gomail.NewClient(r.config.Host, options...)
}

// logins are the ways to log in, the best first. Without TLS the password goes
// over the wire only because the operator chose so.
func (r *Relay) logins() gomail.Option {
	ways := []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
	if r.config.TLS == "none" {
		ways = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	}
	return gomail.WithOpportunisticSMTPAuth(ways...)
}
