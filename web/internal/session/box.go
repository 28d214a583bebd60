package session

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// A box seals values with web's own key, each bound to a place: moved elsewhere
// it does not open.
type box struct{ aead cipher.AEAD }

const keyBytes = 32

func newBox(key string) (box, error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != keyBytes {
		return box{}, errors.New("SESSION_KEY must be 32 bytes in base64")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return box{}, fmt.Errorf("use session key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return box{}, fmt.Errorf("use session key: %w", err)
	}
	return box{aead}, nil
}

func (b box) seal(v any, place string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode what is sealed: %w", err)
	}
	return b.aead.Seal(nil, nil, plain, []byte(place)), nil
}

func (b box) open(sealed []byte, v any, place string) error {
	plain, err := b.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return fmt.Errorf("open what was sealed: %w", err)
	}
	return json.Unmarshal(plain, v)
}
