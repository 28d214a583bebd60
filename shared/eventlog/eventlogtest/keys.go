package eventlogtest

import (
	"bytes"
	"errors"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
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

// erasure destroys the key of person, who has a stream of their own.
func (b bundle) erasure(cause string, expect eventlog.Head) eventlog.Record {
	return eventlog.Record{
		Key: eventlog.Key{Tenant: b.tenant, Stream: person}, Expect: expect, Cause: b.by(event.Submit, cause), Destroys: person,
		Facts: []event.Fact{event.PersonErased{Person: person, Reason: "asked"}},
	}
}

func (b bundle) wantErased(t *testing.T) {
	t.Helper()
	for _, fresh := range [][]byte{nil, []byte("new")} {
		if key, err := b.Open(event.Submit).PersonKey(t.Context(), b.tenant, person, fresh); !errors.Is(err, vault.ErrErased) {
			t.Errorf("offered %q, got %q, %v; want erased: nobody comes back by a new key", fresh, key, err)
		}
	}
}

func erasedForGood(t *testing.T, b bundle) {
	if _, err := b.Open(event.Submit).PersonKey(t.Context(), b.tenant, person, []byte("key")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second is the same command again
		if recorded := b.record(t, b.erasure("e1", eventlog.Head{})); len(recorded) != 1 {
			t.Errorf("recorded %+v", recorded)
		}
		b.wantErased(t)
	}
	r := b.erasure("e2", eventlog.Head{})
	r.Facts = nil
	b.record(t, r) // who is erased can be erased again
	b.wantErased(t)
}

func erasedWithoutAKey(t *testing.T, b bundle) {
	b.record(t, b.erasure("e1", eventlog.Head{}))
	b.wantErased(t)
}

// erasedWithTheFact: if the fact is not recorded, the key stays.
func erasedWithTheFact(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	if _, err := submit.PersonKey(t.Context(), b.tenant, person, []byte("key")); err != nil {
		t.Fatal(err)
	}
	if _, err := submit.Append(t.Context(), b.erasure("e1", eventlog.Head{Version: 7, Hash: make([]byte, 32)})); !errors.Is(err, eventlog.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if key, err := submit.PersonKey(t.Context(), b.tenant, person, nil); err != nil || string(key) != "key" {
		t.Errorf("got %q, %v; want the key as it was", key, err)
	}
}

func erasedInOneTenant(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	other := uuid.Must(uuid.NewV7())
	if _, err := submit.PersonKey(t.Context(), other, person, []byte("theirs")); err != nil {
		t.Fatal(err)
	}
	b.record(t, b.erasure("e1", eventlog.Head{}))
	if key, err := submit.PersonKey(t.Context(), other, person, nil); err != nil || string(key) != "theirs" {
		t.Errorf("got %q, %v; the same id in another tenant is another person", key, err)
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
