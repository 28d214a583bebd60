package stack

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// secrets are drawn at the first start and kept with the state: the data cannot
// be read without them. Nothing secret is in the repository.
type secrets struct {
	MasterKey     string `json:"master_key"`     // wraps the keys of people
	ConnectionKey string `json:"connection_key"` // seals hypervisor credentials
	SessionKey    string `json:"session_key"`    // seals the portal's sessions
	RolePassword  string `json:"role_password"`  // of every function's database login
	MailPassword  string `json:"mail_password"`
	VCPassword    string `json:"vc_password"`
	StoreKey      string `json:"store_key"`
	StoreSecret   string `json:"store_secret"`
}

func loadSecrets(dir string) (secrets, error) {
	var s secrets
	file := filepath.Join(dir, "secrets.json")
	kept, err := os.ReadFile(file)
	if err == nil {
		return s, json.Unmarshal(kept, &s)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("read the secrets of the last run: %w", err)
	}
	s = secrets{
		MasterKey: key(), ConnectionKey: key(), SessionKey: key(),
		RolePassword: rand.Text(), MailPassword: rand.Text(),
		VCPassword: rand.Text(), StoreKey: rand.Text()[:20], StoreSecret: rand.Text(),
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

// key draws 32 bytes for AES-256.
func key() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}
