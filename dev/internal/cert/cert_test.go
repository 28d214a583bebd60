package cert_test

import (
	"bytes"
	"crypto/x509"
	"path/filepath"
	"testing"
	"time"

	"dcm.io/dev/internal/cert"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tls.pem")
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	first, err := cert.Load(file, "vcenter.local", now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := cert.Load(file, "vcenter.local", now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Certificate[0], second.Certificate[0]) {
		t.Error("the certificate changed between runs: pinned thumbprints would break")
	}
	roots := x509.NewCertPool()
	roots.AddCert(first.Leaf)
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		if _, err := first.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: now}); err != nil {
			t.Errorf("not valid for %s: %v", host, err)
		}
	}
}
