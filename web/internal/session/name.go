package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"
)

// A name is what the browser holds of a session: whose database rows to look
// in, and a secret.
type name struct {
	tenant uuid.UUID
	secret [secretBytes]byte
}

const secretBytes = 32

func newName(tenant uuid.UUID) name {
	n := name{tenant: tenant}
	_, _ = rand.Read(n.secret[:]) // never fails since Go 1.24
	return n
}

func parseName(s string) (name, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != len(uuid.UUID{})+secretBytes {
		return name{}, false
	}
	var n name
	copy(n.tenant[:], raw)
	copy(n.secret[:], raw[len(n.tenant):])
	return n, n.tenant != uuid.Nil
}

func (n name) String() string {
	return base64.RawURLEncoding.EncodeToString(append(n.tenant[:], n.secret[:]...))
}

// id is what the database knows of the name: who reads the table cannot use it.
func (n name) id() []byte {
	sum := sha256.Sum256(append(n.tenant[:], n.secret[:]...))
	return sum[:]
}
