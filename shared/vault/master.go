package vault

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// A Wrapped key says which master key has wrapped it.
type Wrapped struct {
	By  string // id of the master key; empty if that was not noted
	Box []byte // nil for no key
}

// A Master wraps the keys of people, as a key service does. It is safe for
// concurrent use.
type Master interface {
	// Wrap encrypts a key under the current master key. The binding is
	// authenticated: unwrapping needs the same.
	Wrap(ctx context.Context, key, binding []byte) (Wrapped, error)
	// Unwrap decrypts what this master key or an earlier one has wrapped. An error
	// of kind Transient means that it may work later.
	Unwrap(ctx context.Context, w Wrapped, binding []byte) ([]byte, error)
}

// A Config says where the master keys are. Each is 32 bytes in base64; white
// space or commas separate them. The first wraps, all unwrap.
type Config struct {
	Keys string `env:"DCM_MASTER_KEY"`
	File string `env:"DCM_MASTER_KEY_FILE"` // a file with them, if Keys is empty
}

// Master reads the master keys. Its errors do not repeat them.
func (c Config) Master() (Master, error) {
	text := c.Keys
	if text == "" && c.File != "" {
		content, err := os.ReadFile(c.File)
		if err != nil {
			return nil, fmt.Errorf("read DCM_MASTER_KEY_FILE: %w", err)
		}
		text = string(content)
	}
	return parseMaster(text)
}

// Open makes a vault.
func (c Config) Open(keys Keys) (*Vault, error) {
	m, err := c.Master()
	if err != nil {
		return nil, err
	}
	return With(m, keys), nil
}

// A localKey is a master key that this process holds itself.
type localKey struct {
	id   string
	aead cipher.AEAD
}

// localKeys are those of today, first, and of before.
type localKeys []localKey

var errMaster = errors.New("DCM_MASTER_KEY or DCM_MASTER_KEY_FILE must be one or more keys of 32 bytes in base64")

func parseMaster(text string) (localKeys, error) {
	var keys localKeys
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		raw, err := base64.StdEncoding.DecodeString(word)
		if err != nil || len(raw) != keyBytes {
			return nil, errMaster
		}
		aead, err := newAEAD(raw)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(append([]byte("dcm master key\n"), raw...))
		keys = append(keys, localKey{id: hex.EncodeToString(sum[:8]), aead: aead})
	}
	if len(keys) == 0 {
		return nil, errMaster
	}
	return keys, nil
}

// Wrap encrypts a key under the first master key.
func (l localKeys) Wrap(_ context.Context, key, binding []byte) (Wrapped, error) {
	return Wrapped{By: l[0].id, Box: l[0].aead.Seal(nil, nil, key, binding)}, nil
}

// Unwrap decrypts a key. One without a mark is tried with each master key: what
// another has wrapped does not open.
func (l localKeys) Unwrap(_ context.Context, w Wrapped, binding []byte) ([]byte, error) {
	err := fmt.Errorf("it was wrapped by master key %q, which is not among those that are configured", w.By)
	for _, k := range l {
		if w.By != "" && w.By != k.id {
			continue
		}
		var raw []byte
		if raw, err = k.aead.Open(nil, nil, w.Box, binding); err == nil {
			return raw, nil
		}
	}
	return nil, err
}
