package vsphere

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

type thumbprint [sha256.Size]byte

// errThumbprint says that somebody else answers, or that the certificate was
// renewed.
var errThumbprint = errors.New("the server's certificate has another thumbprint")

func parseThumbprint(s string) (thumbprint, error) {
	var t thumbprint
	b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(s), ":", ""))
	if err != nil || len(b) != len(t) {
		return t, errors.New("thumbprint is not a SHA-256 in hexadecimal form")
	}
	return thumbprint(b), nil
}

// verify compares the leaf, which is checked even when a session is resumed.
func (t thumbprint) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errThumbprint
	}
	if got := thumbprint(sha256.Sum256(state.PeerCertificates[0].Raw)); got != t {
		return fmt.Errorf("%w: %X", errThumbprint, got[:])
	}
	return nil
}
