package main

import (
	"os"
	"path/filepath"
	"testing"

	"dcm.io/shared/checkpoint"
)

func TestSigner(t *testing.T) {
	t.Parallel()
	private, public, err := checkpoint.Draw("dcm.example.com")
	if err != nil {
		t.Fatal(err)
	}
	_, old, err := checkpoint.Draw("dcm.example.com")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(private+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		reason string
		config signingConfig
		signs  bool
		old    int
		ok     bool
	}{
		"None":      {"an installation of before has no key, and goes on", signingConfig{}, false, 0, true},
		"Key":       {"from the environment", signingConfig{Key: private}, true, 0, true},
		"File":      {"as a Secret is mounted", signingConfig{KeyFile: file}, true, 0, true},
		"Rotated":   {"what was signed before stays believed", signingConfig{Key: private, OldKeys: old}, true, 1, true},
		"NoFile":    {"a Secret that is not mounted is noticed", signingConfig{KeyFile: file + "x"}, false, 0, false},
		"Public":    {"the halves were mixed up", signingConfig{Key: public}, false, 0, false},
		"OldSecret": {"the halves were mixed up", signingConfig{Key: private, OldKeys: private}, false, 0, false},
	} {
		s, keys, err := test.config.signer(t.Context())
		if (err == nil) != test.ok || (s != nil) != test.signs || len(keys) != test.old {
			t.Errorf("%s: %v, %d old keys, %v, though %s", name, s != nil, len(keys), err, test.reason)
		}
	}
}
