package stack

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"dcm.io/shared/checkpoint"
)

// Secrets are drawn at the first start and kept with the state: the data cannot
// be read without them. Nothing secret is in the repository.
type Secrets struct {
	MasterKey     string `json:"master_key"`     // wraps the keys of people
	ConnectionKey string `json:"connection_key"` // seals hypervisor credentials
	SessionKey    string `json:"session_key"`    // seals the portal's sessions
	CheckpointKey string `json:"checkpoint_key"` // signs how far the log has come
	RolePassword  string `json:"role_password"`  // of every function's database login
	MailPassword  string `json:"mail_password"`
	VCPassword    string `json:"vc_password"`
	StoreKey      string `json:"store_key"`
	StoreSecret   string `json:"store_secret"`

	// What the parts draw themselves, unless somebody elsewhere must know it too.
	DatabasePassword string `json:"database_password,omitzero"` // the superuser's
	PortalSecret     string `json:"portal_secret,omitzero"`     // of the portal as the issuer's client
	DemoPassword     string `json:"demo_password,omitzero"`     // of all people
}

// NewSecrets draws secrets for a stack on this machine.
func NewSecrets() Secrets {
	return Secrets{
		MasterKey: key(), ConnectionKey: key(), SessionKey: key(), CheckpointKey: signingKey(),
		RolePassword: rand.Text(), MailPassword: rand.Text(),
		VCPassword: rand.Text(), StoreKey: rand.Text()[:20], StoreSecret: rand.Text(),
	}
}

// SharedSecrets draws all of them, for a stack whose halves are apart.
func SharedSecrets() Secrets {
	s := NewSecrets()
	s.DatabasePassword, s.PortalSecret, s.DemoPassword = rand.Text(), rand.Text(), rand.Text()
	return s
}

func loadSecrets(file string) (Secrets, error) {
	var s Secrets
	kept, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s = NewSecrets()
	case err != nil:
		return s, fmt.Errorf("read the secrets of the last run: %w", err)
	default:
		if err := json.Unmarshal(kept, &s); err != nil || s.CheckpointKey != "" {
			return s, err
		}
		s.CheckpointKey = signingKey() // the last run was of before there was one
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return s, fmt.Errorf("write secrets: %w", err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return s, fmt.Errorf("keep secrets: %w", err)
	}
	return s, nil
}

// signingKey draws a private key for checkpoints.
func signingKey() string {
	private, _, err := checkpoint.Draw("dcm.local")
	if err != nil {
		panic(fmt.Sprintf("draw the key of checkpoints: %v", err)) // the name is a constant, and chance never fails
	}
	return private
}

// checkpointPublicKey is what people check records by.
func (s Secrets) checkpointPublicKey() string {
	signer, err := checkpoint.NewSigner(s.CheckpointKey)
	if err != nil {
		panic(fmt.Sprintf("read the key of checkpoints: %v", err)) // it was drawn here
	}
	return signer.Key().String()
}

// key draws 32 bytes for AES-256.
func key() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}
