package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/cert"
	"github.com/emersion/go-smtp"
)

const (
	largestMessage = 25 << 20
	readTimeout    = 30 * time.Second
)

// Config is what Start needs.
type Config struct {
	Dir      string // certificate and mails are kept here
	SMTP     string // listen address; 127.0.0.1:0 takes a free port
	HTTP     string // listen address of the inbox page
	User     string // for AUTH PLAIN; every sender must authenticate
	Password string
	Now      func() time.Time
	Logger   *slog.Logger
}

// Mailbox is a running mail server with its inbox page.
type Mailbox struct {
	store    *store
	faults   *faults
	smtp     *smtp.Server
	http     *http.Server
	smtpAddr string
	url      string
}

// Start opens the kept mails and serves SMTP and the inbox page.
func Start(_ context.Context, cfg Config) (*Mailbox, error) {
	cfg.setDefaults()
	mails := filepath.Join(cfg.Dir, "mails")
	if err := os.MkdirAll(mails, 0o700); err != nil {
		return nil, fmt.Errorf("create the mail directory: %w", err)
	}
	pair, err := cert.Load(filepath.Join(cfg.Dir, "smtp.pem"), "mail.local", cfg.Now())
	if err != nil {
		return nil, err
	}
	store, err := openStore(mails, cfg.Now)
	if err != nil {
		return nil, err
	}
	mailListener, err := net.Listen("tcp", cfg.SMTP)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	pageListener, err := net.Listen("tcp", cfg.HTTP)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for the inbox page: %w", err), mailListener.Close())
	}
	m := &Mailbox{
		store: store, faults: &faults{},
		smtpAddr: mailListener.Addr().String(),
		url:      "http://" + pageListener.Addr().String(),
	}
	errorLog := slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug)
	m.smtp = smtp.NewServer(&backend{store: store, faults: m.faults, user: cfg.User, password: cfg.Password})
	m.smtp.Domain = "localhost"
	m.smtp.AllowInsecureAuth = true // STARTTLS is offered, loopback does not need it
	m.smtp.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	m.smtp.MaxMessageBytes = largestMessage
	m.smtp.ReadTimeout, m.smtp.WriteTimeout = readTimeout, readTimeout
	m.smtp.ErrorLog = errorLog
	m.http = &http.Server{Handler: newPages(store), ReadHeaderTimeout: readTimeout, ErrorLog: errorLog}
	go m.smtp.Serve(mailListener) //nolint:errcheck // ends with ErrServerClosed, by Close
	go m.http.Serve(pageListener) //nolint:errcheck // likewise
	return m, nil
}

func (c *Config) setDefaults() {
	if c.SMTP == "" {
		c.SMTP = "127.0.0.1:0"
	}
	if c.HTTP == "" {
		c.HTTP = "127.0.0.1:0"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// SMTPAddr is host and port of the mail server.
func (m *Mailbox) SMTPAddr() string { return m.smtpAddr }

// URL is the inbox page.
func (m *Mailbox) URL() string { return m.url }

// Mails are the deliveries to one address, or all for "", newest first.
func (m *Mailbox) Mails(to string) []Mail { return m.store.list(to) }

// Suppressed counts the duplicates dropped since the start.
func (m *Mailbox) Suppressed() int { return m.store.suppressedTotal() }

// Close stops both servers. The mails stay.
func (m *Mailbox) Close() error { return errors.Join(m.smtp.Close(), m.http.Close()) }
