package idp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
)

const keyBits = 2048

// key signs tokens. The library sees it as op.SigningKey, and its public half,
// publicKey, as op.Key.
type key struct {
	id      string
	private *rsa.PrivateKey
}

type publicKey struct{ key }

func (k key) ID() string                                  { return k.id }
func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k key) Key() any                                    { return k.private }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.private.PublicKey }

// loadKey reads the key that is kept in dir, and makes it first if need be.
func loadKey(dir string) (key, error) {
	file := filepath.Join(dir, "signing.pem")
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = createKey(file)
	}
	if err != nil {
		return key{}, fmt.Errorf("load the signing key: %w", err)
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return key{}, fmt.Errorf("load the signing key: %s is not PEM", file)
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return key{}, fmt.Errorf("load the signing key: %w", err)
	}
	return newKey(private.(*rsa.PrivateKey)), nil
}

func createKey(file string) ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return content, os.WriteFile(file, content, 0o600)
}

func newKey(private *rsa.PrivateKey) key {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&private.PublicKey))
	return key{id: base64.RawURLEncoding.EncodeToString(sum[:]), private: private}
}

// sign makes a JWT.
func (k key) sign(claims claims) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed.CompactSerialize()
}
