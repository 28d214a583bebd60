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
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// ErrErased says that the person's key is gone, and with it what it sealed.
var ErrErased = fault.New(fault.Denied, "erased", "The personal data of this account was erased. It cannot be used any more.")

// Keys is where wrapped keys are kept. Methods are safe for concurrent use.
type Keys interface {
	// PersonKey returns the person's wrapped key. If there is none and fresh has
	// one, it stores fresh and returns what is stored then: of two racing
	// callers both get the same. If there is none and fresh has none, or if the
	// key was destroyed, it returns ErrErased. Stored keys are durable.
	PersonKey(ctx context.Context, tenant, person uuid.UUID, fresh Wrapped) (Wrapped, error)
}

// A Vault seals and opens. It is safe for concurrent use and keeps no key
// longer than a call.
type Vault struct {
	master Master
	keys   Keys
}

// keyBytes is the length of every key: AES-256.
const keyBytes = 32

// New makes a vault with the installation's master keys, as Config has them.
func New(master string, keys Keys) (*Vault, error) { return Config{Keys: master}.Open(keys) }

// With makes a vault with a master key, wherever that is kept.
func With(m Master, keys Keys) *Vault { return &Vault{master: m, keys: keys} }

// Seal encrypts text about a person. An empty text stays empty.
func (v *Vault) Seal(ctx context.Context, tenant, person uuid.UUID, text string) (event.Sealed, error) {
	if text == "" {
		return event.Sealed{}, nil
	}
	raw := make([]byte, keyBytes)
	if _, err := rand.Read(raw); err != nil {
		return event.Sealed{}, fmt.Errorf("draw a key: %w", err)
	}
	fresh, err := v.master.Wrap(ctx, raw, owner(tenant, person))
	if err != nil {
		return event.Sealed{}, fmt.Errorf("wrap a key: %w", err)
	}
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
	key, err := v.key(ctx, tenant, s.Person, Wrapped{})
	if err != nil {
		return "", err
	}
	text, err := key.Open(nil, nil, s.Box, owner(tenant, s.Person))
	if err != nil {
		return "", fmt.Errorf("open sealed text: %w", err)
	}
	return string(text), nil
}

func (v *Vault) key(ctx context.Context, tenant, person uuid.UUID, fresh Wrapped) (cipher.AEAD, error) {
	wrapped, err := v.keys.PersonKey(ctx, tenant, person, fresh)
	if err != nil {
		return nil, err
	}
	raw, err := v.master.Unwrap(ctx, wrapped, owner(tenant, person))
	if err != nil {
		return nil, fmt.Errorf("unwrap key of person %s: %w", person, err)
	}
	return newAEAD(raw)
}

// Rewrap wraps a person's key under the current master key; false if it is
// already. The key itself stays the same.
func Rewrap(ctx context.Context, m Master, tenant, person uuid.UUID, w Wrapped) (Wrapped, bool, error) {
	raw, err := m.Unwrap(ctx, w, owner(tenant, person))
	if err != nil {
		return w, false, fmt.Errorf("unwrap key of person %s: %w", person, err)
	}
	fresh, err := m.Wrap(ctx, raw, owner(tenant, person))
	if err != nil {
		return w, false, fmt.Errorf("wrap key of person %s: %w", person, err)
	}
	if fresh.By == w.By {
		return w, false, nil
	}
	return fresh, true, nil
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
