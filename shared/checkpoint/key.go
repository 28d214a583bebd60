package checkpoint

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
)

// algorithm is ed25519's number in signed notes.
const algorithm = 1

var errKey = errors.New("not a key of ours: dcmctl log key draws one")

// A Key is an installation's public key, "name+hash+key". Each tenant's
// checkpoints are signed under a name of their own that is made from it, so that
// one tenant's cannot pass for another's.
type Key struct {
	name   string
	public ed25519.PublicKey
}

// ParseKey reads a public key.
func ParseKey(s string) (Key, error) {
	s = strings.TrimSpace(s)
	if _, err := note.NewVerifier(s); err != nil {
		return Key{}, errKey
	}
	name, rest, _ := strings.Cut(s, "+")
	_, encoded, _ := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(b) != 1+ed25519.PublicKeySize || b[0] != algorithm {
		return Key{}, errKey
	}
	return Key{name, b[1:]}, nil
}

// ParseKeys reads public keys that are separated by commas or white space.
func ParseKeys(s string) (Keys, error) {
	var keys Keys
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		k, err := ParseKey(one)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// String is the key as ParseKey reads it.
func (k Key) String() string { return k.named(k.name) }

// ID names the key in few characters: its name and a hash.
func (k Key) ID() string {
	s := k.String()
	return s[:strings.LastIndexByte(s, '+')]
}

func (k Key) named(name string) string {
	s, err := note.NewEd25519VerifierKey(name, k.public)
	if err != nil {
		panic("checkpoint: " + err.Error()) // only for a key of another length
	}
	return s
}

func (k Key) verifier(tenant uuid.UUID) (note.Verifier, error) {
	v, err := note.NewVerifier(k.named(origin(k.name, tenant)))
	if err != nil {
		return nil, fmt.Errorf("make a verifier of %s: %w", k.ID(), err)
	}
	return v, nil
}

// A Signer signs checkpoints. It is safe for concurrent use.
type Signer struct {
	key  Key
	seed []byte
}

// Draw makes a new private key for an installation, and its public half. The
// name is best a host name of the installation's.
func Draw(installation string) (private, public string, err error) {
	private, public, err = note.GenerateKey(rand.Reader, installation)
	if err == nil {
		_, err = ParseKey(public) // which refuses names that a note cannot have
	}
	if err != nil {
		return "", "", fmt.Errorf("draw a key for %q: %w", installation, err)
	}
	return private, public, nil
}

// NewSigner makes a signer of a private key.
func NewSigner(private string) (*Signer, error) {
	private = strings.TrimSpace(private)
	if _, err := note.NewSigner(private); err != nil {
		return nil, errKey
	}
	parts := strings.SplitN(private, "+", 5)
	b, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(b) != 1+ed25519.SeedSize || b[0] != algorithm {
		return nil, errKey
	}
	public := ed25519.NewKeyFromSeed(b[1:]).Public().(ed25519.PublicKey)
	return &Signer{Key{parts[2], public}, b[1:]}, nil
}

// Key is the public half.
func (s *Signer) Key() Key { return s.key }

// Sign makes the note of c.
func (s *Signer) Sign(c Checkpoint) ([]byte, error) {
	name := origin(s.key.name, c.Tenant)
	id := strings.TrimPrefix(s.key.named(name), name+"+")[:8]
	secret := base64.StdEncoding.EncodeToString(append([]byte{algorithm}, s.seed...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + secret)
	if err != nil {
		return nil, errKey // the library's own words might hold the key
	}
	signed, err := note.Sign(&note.Note{Text: c.text(s.key.name)}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return signed, nil
}
