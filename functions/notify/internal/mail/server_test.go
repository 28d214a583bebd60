package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// A server is a real mail server in this process that keeps what it is sent and
// fails as told.
type server struct {
	port int
	tls  *tls.Config // trusts the server

	onMail, onRcpt, onData func() error // nil takes everything
	login                  bool         // wants portal / secret

	mu    sync.Mutex
	mails []received
}

type received struct {
	from string
	to   []string
	data string
}

// serve starts s; mode is none, starttls or tls.
func (s *server) serve(t *testing.T, mode string) *server {
	t.Helper()
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth = "localhost", true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if mode != "none" {
		certificate, roots := authority(t)
		s.tls = &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	if mode == "tls" {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

func (s *server) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{server: s, known: !s.login}, nil
}

type session struct {
	*server
	known bool
	mail  received
}

func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "portal" || password != "secret" {
			return smtp.ErrAuthFailed
		}
		x.known = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.known {
		return smtp.ErrAuthRequired
	}
	x.mail = received{from: from}
	return call(x.onMail)
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.mail.to = append(x.mail.to, to)
	return call(x.onRcpt)
}

func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := call(x.onData); err != nil {
		return err
	}
	x.mail.data = string(b)
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	x.server.mails = append(x.server.mails, x.mail)
	return nil
}

func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }

func call(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

// answers is a server's answer.
func answers(code int, text string) func() error {
	return func() error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
}

// authority makes a certificate for 127.0.0.1 and the roots that trust it.
func authority(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
