package identity

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"dcm.io/shared/fault"
)

// A SenderConfig says who may bring events: whoever runs as a service account of
// a namespace, by tokens of the cluster. Without an issuer everybody may.
type SenderConfig struct {
	Issuer    string `env:"SENDER_ISSUER"`    // of the cluster's service accounts
	Audience  string `env:"SENDER_AUDIENCE"`  // this function, as Triggers and PingSources name it
	Namespace string `env:"SENDER_NAMESPACE"` // of the service accounts that count
	// The cluster shows its keys to those it knows, over TLS of its own authority.
	CAFile    string `env:"SENDER_CA_FILE, default=/var/run/secrets/dcm/sender/ca.crt"`
	TokenFile string `env:"SENDER_TOKEN_FILE, default=/var/run/secrets/dcm/sender/token"`
}

// ErrSender says that an event's bringer has a token, of somebody who may not.
var ErrSender = fault.New(fault.Denied, "sender", "Whoever brought this event may not bring events here.")

// Senders checks who brings events. It is safe for concurrent use. A nil Senders
// lets everybody: an event is believed no further than the log confirms it.
type Senders struct {
	issuer issuer
	prefix string // of the subjects that count
}

// NewSenders returns nil if no issuer is configured. It does not talk to the
// issuer yet.
func NewSenders(c SenderConfig) (*Senders, error) {
	if c.Issuer == "" {
		return nil, nil
	}
	if c.Audience == "" || c.Namespace == "" {
		return nil, errors.New("SENDER_ISSUER needs SENDER_AUDIENCE and SENDER_NAMESPACE")
	}
	authority, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the cluster's certificate authority: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("%s holds no certificate", c.CAFile)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	client := &http.Client{Timeout: discovery, Transport: known{transport, c.TokenFile}}
	return &Senders{
		issuer: issuer{url: c.Issuer, audience: c.Audience, client: client},
		prefix: "system:serviceaccount:" + c.Namespace + ":",
	}, nil
}

// Check returns ErrNoToken, ErrBadToken or ErrSender if whoever brings r may not,
// and a Transient fault if the cluster's keys cannot be had.
func (s *Senders) Check(ctx context.Context, r *http.Request) error {
	if s == nil {
		return nil
	}
	token, err := bearer(r)
	if err != nil {
		return err
	}
	t, err := s.issuer.verify(ctx, token)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(t.Subject, s.prefix) {
		return ErrSender.Because(fmt.Errorf("%s is not in the namespace", t.Subject))
	}
	return nil
}

// known shows a token that lies in a file and is renewed there.
type known struct {
	http.RoundTripper
	file string
}

// RoundTrip implements http.RoundTripper.
func (k known) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := os.ReadFile(k.file)
	if err != nil {
		return nil, fmt.Errorf("read our own token: %w", err)
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	return k.RoundTripper.RoundTrip(r)
}
