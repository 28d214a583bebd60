package vsphere

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"

	"github.com/vmware/govmomi/vim25/soap"
)

// Connection is how to reach one vCenter. It holds a password: seal it at rest,
// never log it.
type Connection struct {
	URL        string // "vcenter.example.com" is enough
	User       string
	Password   string
	Thumbprint string // SHA-256 of the server's certificate, with or without colons
	CA         string // PEM; used if there is no thumbprint. Neither: the system's roots
}

// endpoint is the address without credentials.
func (c Connection) endpoint() (*url.URL, error) {
	u, err := soap.ParseURL(c.URL)
	if err != nil {
		return nil, fmt.Errorf("parse vCenter address: %w", err)
	}
	switch {
	case u == nil || u.Host == "":
		return nil, errors.New("vCenter address names no host")
	case u.Scheme != "https":
		return nil, fmt.Errorf("vCenter address begins with %s, only https is possible", u.Scheme)
	case u.User.Username() != "":
		return nil, errors.New("vCenter address contains credentials")
	}
	u.User = nil
	return u, nil
}

// tls trusts exactly the certificate with the thumbprint, else the CA, else what
// the system trusts.
func (c Connection) tls() (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case c.Thumbprint != "":
		want, err := parseThumbprint(c.Thumbprint)
		if err != nil {
			return nil, err
		}
		conf.InsecureSkipVerify = true // replaced by the comparison below
		conf.VerifyConnection = func(state tls.ConnectionState) error { return want.verify(state) }
	case c.CA != "":
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM([]byte(c.CA)) {
			return nil, errors.New("CA contains no certificate in PEM form")
		}
	}
	return conf, nil
}
