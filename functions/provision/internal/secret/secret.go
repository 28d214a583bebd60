// Package secret seals the credentials of hypervisor connections with a key
// that only this function has.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Credentials open a hypervisor.
type Credentials struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// A Box seals and opens credentials. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

const keyBytes = 32 // AES-256

// New makes a box with a key of 32 bytes in base64.
func New(key string) (*Box, error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != keyBytes {
		return nil, errors.New("the connection key must be 32 bytes in base64")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("use connection key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Box{aead}, err
}

// Seal encrypts credentials for one connection of one tenant.
func (b *Box) Seal(tenant, connection uuid.UUID, c Credentials) ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write credentials: %w", err)
	}
	return b.aead.Seal(nil, nil, text, owner(tenant, connection)), nil
}

// Open decrypts what Seal made for the same connection of the same tenant.
func (b *Box) Open(tenant, connection uuid.UUID, box []byte) (Credentials, error) {
	var c Credentials
	text, err := b.aead.Open(nil, nil, box, owner(tenant, connection))
	if err != nil {
		return c, fmt.Errorf("open credentials of connection %s: %w", connection, err)
	}
	return c, json.Unmarshal(text, &c)
}

// owner binds the ciphertext to its place: moved to another row it does not open.
func owner(tenant, connection uuid.UUID) []byte {
	return append(append([]byte(nil), tenant[:]...), connection[:]...)
}
