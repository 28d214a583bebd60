// Package vault keeps personal data readable only while its person's key
// exists. Each person has a key of their own, wrapped by the installation's
// master key; destroying the person's key erases the person everywhere, and the
// log stays whole.
package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// ErrErased says that the person's key is gone, and with it what it sealed.
var ErrErased = fault.New(fault.Denied, "erased", "The personal data of this account was erased. It cannot be used any more.")

// Keys is where wrapped keys are kept. Methods are safe for concurrent use.
type Keys interface {
	// PersonKey returns the person's wrapped key. If there is none and fresh is
	// not nil, it stores fresh and returns what is stored then: of two racing
	// callers both get the same. If there is none and fresh is nil, or if the
	// key was destroyed, it returns ErrErased. Stored keys are durable.
	PersonKey(ctx context.Context, tenant, person uuid.UUID, fresh []byte) ([]byte, error)
}

// A Vault seals and opens. It is safe for concurrent use and keeps no key
// longer than a call.
type Vault struct {
	master cipher.AEAD
	keys   Keys
}

// keyBytes is the length of every key: AES-256.
const keyBytes = 32

// New makes a vault with the installation's master key, 32 bytes in base64.
func New(master string, keys Keys) (*Vault, error) {
	raw, err := base64.StdEncoding.DecodeString(master)
	if err != nil || len(raw) != keyBytes {
		return nil, errors.New("the master key must be 32 bytes in base64")
	}
	m, err := newAEAD(raw)
	if err != nil {
		return nil, err
	}
	return &Vault{master: m, keys: keys}, nil
}

// Seal encrypts text about a person. An empty text stays empty.
func (v *Vault) Seal(ctx context.Context, tenant, person uuid.UUID, text string) (event.Sealed, error) {
	if text == "" {
		return event.Sealed{}, nil
	}
	raw := make([]byte, keyBytes)
	if _, err := rand.Read(raw); err != nil {
		return event.Sealed{}, fmt.Errorf("draw a key: %w", err)
	}
	fresh := v.master.Seal(nil, nil, raw, owner(tenant, person))
	key, err := v.key(ctx, tenant, person, fresh)
	if err != nil {
		return event.Sealed{}, err
	}
	return event.Sealed{Person: person, Box: key.Seal(nil, nil, []byte(text), owner(tenant, person))}, nil
}

// Open decrypts a sealed text of the tenant; ErrErased if its person is gone.
func (v *Vault) Open(ctx context.Context, tenant uuid.UUID, s event.Sealed) (string, error) {
	if s.IsZero() {
		return "", nil
	}
	key, err := v.key(ctx, tenant, s.Person, nil)
	if err != nil {
		return "", err
	}
	text, err := key.Open(nil, nil, s.Box, owner(tenant, s.Person))
	if err != nil {
		return "", fmt.Errorf("open sealed text: %w", err)
	}
	return string(text), nil
}

func (v *Vault) key(ctx context.Context, tenant, person uuid.UUID, fresh []byte) (cipher.AEAD, error) {
	wrapped, err := v.keys.PersonKey(ctx, tenant, person, fresh)
	if err != nil {
		return nil, err
	}
	raw, err := v.master.Open(nil, nil, wrapped, owner(tenant, person))
	if err != nil {
		return nil, fmt.Errorf("unwrap key of person %s: %w", person, err)
	}
	return newAEAD(raw)
}

// newAEAD is AES-256-GCM with a random nonce of 12 bytes in front of the
// ciphertext, which is also how tink and most key services lay it out.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// owner binds a ciphertext to its tenant and person: moved to another row it
// does not open.
func owner(tenant, person uuid.UUID) []byte {
	return append(append([]byte(nil), tenant[:]...), person[:]...)
}
