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

// box is a key as if it were wrapped.
func box(content string) vault.Wrapped { return vault.Wrapped{By: "m", Box: []byte(content)} }

func keyIsStoredOnce(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	for _, fresh := range []vault.Wrapped{box("first"), box("second"), {}} {
		key, err := submit.PersonKey(t.Context(), b.tenant, person, fresh)
		if err != nil || string(key.Box) != "first" || key.By != "m" {
			t.Errorf("offered %v, got %v, %v; want the first for ever", fresh, key, err)
		}
	}
}

func racingFirstKeys(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	var keys [racers]vault.Wrapped
	race(func(n int) {
		var err error
		if keys[n], err = submit.PersonKey(t.Context(), b.tenant, person, vault.Wrapped{Box: []byte{byte(n + 1)}}); err != nil {
			t.Error(err)
		}
	})
	for _, key := range keys {
		if len(key.Box) == 0 || !bytes.Equal(key.Box, keys[0].Box) {
			t.Errorf("keys %v, want the same for all", keys)
		}
	}
}

func noKeyIsErased(t *testing.T, b bundle) {
	if key, err := b.Open(event.Notify).PersonKey(t.Context(), b.tenant, person, vault.Wrapped{}); !errors.Is(err, vault.ErrErased) {
		t.Errorf("got %v, %v; want erased", key, err)
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
	for _, fresh := range []vault.Wrapped{{}, box("new")} {
		if key, err := b.Open(event.Submit).PersonKey(t.Context(), b.tenant, person, fresh); !errors.Is(err, vault.ErrErased) {
			t.Errorf("offered %v, got %v, %v; want erased: nobody comes back by a new key", fresh, key, err)
		}
	}
}

func erasedForGood(t *testing.T, b bundle) {
	if _, err := b.Open(event.Submit).PersonKey(t.Context(), b.tenant, person, box("key")); err != nil {
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
	if _, err := submit.PersonKey(t.Context(), b.tenant, person, box("key")); err != nil {
		t.Fatal(err)
	}
	if _, err := submit.Append(t.Context(), b.erasure("e1", eventlog.Head{Version: 7, Hash: make([]byte, 32)})); !errors.Is(err, eventlog.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if key, err := submit.PersonKey(t.Context(), b.tenant, person, vault.Wrapped{}); err != nil || string(key.Box) != "key" {
		t.Errorf("got %v, %v; want the key as it was", key, err)
	}
}

func erasedInOneTenant(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	other := uuid.Must(uuid.NewV7())
	if _, err := submit.PersonKey(t.Context(), other, person, box("theirs")); err != nil {
		t.Fatal(err)
	}
	b.record(t, b.erasure("e1", eventlog.Head{}))
	if key, err := submit.PersonKey(t.Context(), other, person, vault.Wrapped{}); err != nil || string(key.Box) != "theirs" {
		t.Errorf("got %v, %v; the same id in another tenant is another person", key, err)
	}
}

func keysOfTenantsAreApart(t *testing.T, b bundle) {
	submit := b.Open(event.Submit)
	other := uuid.Must(uuid.NewV7())
	for tenant, want := range map[uuid.UUID]string{b.tenant: "mine", other: "theirs"} {
		key, err := submit.PersonKey(t.Context(), tenant, person, box(want))
		if err != nil || string(key.Box) != want {
			t.Errorf("got %v, %v; want %q", key, err, want)
		}
	}
}
