package secret_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"dcm.io/functions/provision/internal/secret"
	"github.com/google/uuid"
)

var (
	tenant     = uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce")
	connection = uuid.MustParse("0197f3a0-0000-5000-8000-00000000c0de")
	wanted     = secret.Credentials{User: "dcm@vsphere.local", Password: `p"ß€`}
)

func box(t *testing.T, fill byte) *secret.Box {
	t.Helper()
	b, err := secret.New(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	b := box(t, 1)
	sealed, err := b.Seal(tenant, connection, wanted)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("dcm")) {
		t.Errorf("readable: %q", sealed)
	}
	again, err := b.Seal(tenant, connection, wanted)
	if err != nil || bytes.Equal(again, sealed) {
		t.Errorf("the same credentials sealed twice look the same, %v", err)
	}
	// Another process has the same key.
	if got, err := box(t, 1).Open(tenant, connection, sealed); err != nil || got != wanted {
		t.Errorf("want %+v, got %+v, %v", wanted, got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	sealed, err := box(t, 1).Seal(tenant, connection, wanted)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, tc := range map[string]struct {
		reason     string
		box        *secret.Box
		tenant     uuid.UUID
		connection uuid.UUID
		text       []byte
	}{
		"OtherKey":        {"the key was exchanged", box(t, 2), tenant, connection, sealed},
		"OtherTenant":     {"moved to another tenant's row", box(t, 1), connection, connection, sealed},
		"OtherConnection": {"moved to another connection's row", box(t, 1), tenant, tenant, sealed},
		"Changed":         {"a bit is wrong", box(t, 1), tenant, connection, flipped},
		"Short":           {"cut off", box(t, 1), tenant, connection, sealed[:8]},
		"Empty":           {"nothing there", box(t, 1), tenant, connection, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.box.Open(tc.tenant, tc.connection, tc.text)
			if err == nil || got != (secret.Credentials{}) {
				t.Fatalf("%s: opened %+v", tc.reason, got)
			}
			if strings.Contains(err.Error(), wanted.Password) {
				t.Errorf("%s: the error tells the password: %v", tc.reason, err)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"Empty": "", "NoBase64": strings.Repeat("!", 44), "TooShort": base64.StdEncoding.EncodeToString(make([]byte, 16)),
		"TooLong": base64.StdEncoding.EncodeToString(make([]byte, 33)),
	} {
		if _, err := secret.New(key); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}
