package eventlogtest

import (
	"bytes"
	"errors"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

func keyIsStoredOnce(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	for _, fresh := range [][]byte{[]byte("first"), []byte("second"), nil} {
		key, err := submit.PersonKey(t.Context(), b.tenant, person, fresh)
		if err != nil || !bytes.Equal(key, []byte("first")) {
			t.Errorf("offered %q, got %q, %v; want the first for ever", fresh, key, err)
		}
	}
}

func racingFirstKeys(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	var keys [racers][]byte
	race(func(n int) {
		var err error
		if keys[n], err = submit.PersonKey(t.Context(), b.tenant, person, []byte{byte(n + 1)}); err != nil {
			t.Error(err)
		}
	})
	for _, key := range keys {
		if len(key) == 0 || !bytes.Equal(key, keys[0]) {
			t.Errorf("keys %v, want the same for all", keys)
		}
	}
}

func noKeyIsErased(t *testing.T, b bundle) {
	if key, err := b.Open(event.Notify).PersonKey(t.Context(), b.tenant, person, nil); !errors.Is(err, vault.ErrErased) {
		t.Errorf("got %q, %v; want erased", key, err)
	}
}

func erasedForGood(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	if _, err := submit.PersonKey(t.Context(), b.tenant, person, []byte("key")); err != nil {
		t.Fatal(err)
	}
	b.Erase(b.tenant, person)
	for _, fresh := range [][]byte{nil, []byte("new")} {
		if key, err := submit.PersonKey(t.Context(), b.tenant, person, fresh); !errors.Is(err, vault.ErrErased) {
			t.Errorf("offered %q, got %q, %v; want erased: nobody comes back by a new key", fresh, key, err)
		}
	}
}

func keysOfTenantsAreApart(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	other := uuid.Must(uuid.NewV7())
	for tenant, want := range map[uuid.UUID]string{b.tenant: "mine", other: "theirs"} {
		key, err := submit.PersonKey(t.Context(), tenant, person, []byte(want))
		if err != nil || string(key) != want {
			t.Errorf("got %q, %v; want %q", key, err, want)
		}
	}
}
