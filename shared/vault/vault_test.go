package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// Keys of installations: 32 bytes in base64.
const (
	master      = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	otherMaster = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
)

var (
	acme   = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000b")
	anna   = uuid.MustParse("0197f3a0-0000-5000-8000-00000000a22a")
	bert   = uuid.MustParse("0197f3a0-0000-5000-8000-00000000be27")
)

func setup(t *testing.T, master string, keys vault.Keys) *vault.Vault {
	t.Helper()
	v, err := vault.New(master, keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	v := setup(t, master, memory.New(time.Now))
	for _, text := range []string{"", "Because the old one is too slow.", "Straße № 5 \x00", strings.Repeat("long ", 10_000)} {
		sealed, err := v.Seal(t.Context(), acme, anna, text)
		if err != nil {
			t.Fatal(err)
		}
		if sealed.IsZero() != (text == "") || text != "" && (sealed.Person != anna || strings.Contains(string(sealed.Box), "slow")) {
			t.Errorf("%.10q was sealed as %+v", text, sealed)
		}
		if got, err := v.Open(t.Context(), acme, sealed); err != nil || got != text {
			t.Errorf("opened %.10q, %v; want %.10q", got, err, text)
		}
	}
	a, errA := v.Seal(t.Context(), acme, anna, "same")
	b, errB := v.Seal(t.Context(), acme, anna, "same")
	if errA != nil || errB != nil || string(a.Box) == string(b.Box) {
		t.Errorf("the same text gave the same box (%v, %v): whoever sees boxes could tell", errA, errB)
	}
}

func TestCannotOpen(t *testing.T) {
	t.Parallel()
	keys := memory.New(time.Now)
	v := setup(t, master, keys)
	sealed, err := v.Seal(t.Context(), acme, anna, "secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, owner := range []struct{ tenant, person uuid.UUID }{{acme, bert}, {globex, anna}} { // have keys of their own
		if _, err := v.Seal(t.Context(), owner.tenant, owner.person, "x"); err != nil {
			t.Fatal(err)
		}
	}
	flipped := append([]byte(nil), sealed.Box...)
	flipped[len(flipped)-1] ^= 1
	cases := map[string]struct {
		vault  *vault.Vault
		tenant uuid.UUID
		sealed event.Sealed
		erased bool
		reason string
	}{
		"OtherTenant":   {vault: v, tenant: globex, sealed: sealed, reason: "the same person id in another tenant is another person"},
		"UnknownTenant": {vault: v, tenant: uuid.New(), sealed: sealed, erased: true, reason: "there is no key"},
		"OtherPerson":   {vault: v, tenant: acme, sealed: event.Sealed{Person: bert, Box: sealed.Box}, reason: "moved to another's name it does not open"},
		"Tampered":      {vault: v, tenant: acme, sealed: event.Sealed{Person: anna, Box: flipped}, reason: "one bit is enough"},
		"Short":         {vault: v, tenant: acme, sealed: event.Sealed{Person: anna, Box: []byte("short")}, reason: "it is no box"},
		"OtherMaster":   {vault: setup(t, otherMaster, keys), tenant: acme, sealed: sealed, reason: "the database alone opens nothing"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := tc.vault.Open(t.Context(), tc.tenant, tc.sealed)
			if err == nil || text != "" || errors.Is(err, vault.ErrErased) != tc.erased {
				t.Errorf("opened %q, %v: %s", text, err, tc.reason)
			}
		})
	}
}

// TestErased: the key is gone, the boxes stay, and nobody gets a new key.
func TestErased(t *testing.T) {
	t.Parallel()
	keys := memory.New(time.Now)
	v := setup(t, master, keys)
	sealed, err := v.Seal(t.Context(), acme, anna, "secret")
	if err != nil {
		t.Fatal(err)
	}
	others, err := v.Seal(t.Context(), acme, bert, "kept")
	if err != nil {
		t.Fatal(err)
	}
	keys.Erase(acme, anna)
	if _, err := v.Open(t.Context(), acme, sealed); !errors.Is(err, vault.ErrErased) {
		t.Errorf("open: %v, want erased", err)
	}
	if _, err := v.Seal(t.Context(), acme, anna, "again"); !errors.Is(err, vault.ErrErased) {
		t.Errorf("seal: %v, want erased", err)
	}
	if text, err := v.Open(t.Context(), acme, others); err != nil || text != "kept" {
		t.Errorf("another person's: %q, %v", text, err)
	}
}

// TestRacingFirstSeals: everything sealed in a race for a person's first key can
// be opened afterwards.
func TestRacingFirstSeals(t *testing.T) {
	t.Parallel()
	v := setup(t, master, memory.New(time.Now))
	var boxes [16]event.Sealed
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() {
			var err error
			if boxes[i], err = v.Seal(t.Context(), acme, anna, "text"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, box := range boxes {
		if text, err := v.Open(t.Context(), acme, box); err != nil || text != "text" {
			t.Errorf("opened %q, %v", text, err)
		}
	}
}

func TestBadMasterKey(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"Empty": "", "Short": "MDEyMzQ1Njc4OQ==", "NotBase64": "not base64!"} {
		if _, err := vault.New(key, memory.New(time.Now)); err == nil || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%s: got %v, want an error that does not repeat the key", name, err)
		}
	}
}

// TestRotation: a second master key takes over, and nobody notices.
func TestRotation(t *testing.T) {
	t.Parallel()
	keys := memory.New(time.Now)
	old, both, fresh := setup(t, master, keys), setup(t, otherMaster+", "+master+"\n", keys), setup(t, otherMaster, keys)
	before, err := old.Seal(t.Context(), acme, anna, "before")
	if err != nil {
		t.Fatal(err)
	}
	after, err := both.Seal(t.Context(), acme, bert, "after")
	if err != nil {
		t.Fatal(err)
	}
	opens := func(v *vault.Vault, s event.Sealed) bool {
		text, err := v.Open(t.Context(), acme, s)
		return err == nil && text != ""
	}
	if !opens(both, before) || !opens(both, after) || !opens(fresh, after) || opens(old, after) || opens(fresh, before) {
		t.Error("the first master key wraps, all unwrap")
	}
	two, err := vault.Config{Keys: otherMaster + "," + master}.Master()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := keys.PersonKey(t.Context(), acme, anna, vault.Wrapped{})
	if err != nil || stored.By == "" {
		t.Fatalf("%+v, %v: a key says which master key has wrapped it", stored, err)
	}
	unmarked := vault.Wrapped{Box: stored.Box} // as before keys were marked
	for _, w := range []vault.Wrapped{stored, unmarked} {
		now, changed, err := vault.Rewrap(t.Context(), two, acme, anna, w)
		if err != nil || !changed || now.By == stored.By || now.By == "" {
			t.Errorf("wrapped anew: %+v, %v, %v", now, changed, err)
		}
		if again, changed, err := vault.Rewrap(t.Context(), two, acme, anna, now); err != nil || changed || again.By != now.By {
			t.Errorf("and once more: %v, %v", changed, err)
		}
		moved := memory.New(time.Now)
		if _, err := moved.PersonKey(t.Context(), acme, anna, now); err != nil {
			t.Fatal(err)
		}
		if v := setup(t, otherMaster, moved); !opens(v, before) {
			t.Error("what was sealed before opens without the old master key")
		}
	}
}

func TestMasterKeyFromFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(name, []byte(master+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := memory.New(time.Now)
	v, err := vault.Config{File: name}.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(t.Context(), acme, anna, "text")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := setup(t, master, keys).Open(t.Context(), acme, sealed); err != nil || text != "text" {
		t.Errorf("the same key elsewhere: %q, %v", text, err)
	}
	if _, err := (vault.Config{File: name + "s"}).Master(); err == nil {
		t.Error("there is no such file")
	}
}
