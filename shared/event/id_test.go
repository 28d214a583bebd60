package event_test

import (
	"encoding/json"
	"testing"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

var (
	acme  = uuid.MustParse("0197f3a1-5c2e-7d41-9b60-3f8a1c2d4e50")
	other = uuid.MustParse("0197f3a1-5c2e-7d41-9b60-3f8a1c2d4e51")
)

// Derived ids are in the logs of every installation: they never change.
func TestDerivedIDsAreFrozen(t *testing.T) {
	t.Parallel()
	stream := uuid.MustParse("019a2b6e-41d3-7c0a-8f12-6b7c8d9e0f11")
	for want, got := range map[string]uuid.UUID{
		"10539c10-bb7f-54a9-859c-5a11c3f1dd5b": event.PersonID(acme, "5d3c9a0e-7f41-4a52-b6c8-9e0d1f2a3b4c"),
		"2de1f12e-ad8c-5689-89bc-a41229c725d7": event.FactID(acme, stream, "019a2b6e-41d2-7f00-9abc-0123456789ab", 0),
		"45cc868b-2c9b-5245-8351-1d94c995ac1b": event.InboxStream(acme, event.PersonID(acme, "5d3c9a0e-7f41-4a52-b6c8-9e0d1f2a3b4c")),
	} {
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got.Version() != 5 {
			t.Errorf("%s is not a UUIDv5", got)
		}
	}
}

func TestDeriveIDTellsApart(t *testing.T) {
	t.Parallel()
	same := event.DeriveID(acme, "vm", "one")
	cases := map[string]struct {
		reason string
		id     uuid.UUID
		equal  bool
	}{
		"SameWords":    {"the same words give the same id", event.DeriveID(acme, "vm", "one"), true},
		"OtherTenant":  {"tenants share no ids", event.DeriveID(other, "vm", "one"), false},
		"OtherOrder":   {"words have an order", event.DeriveID(acme, "one", "vm"), false},
		"OtherBorders": {"words have borders", event.DeriveID(acme, "v", "mone"), false},
		"MoreWords":    {"an empty word is a word", event.DeriveID(acme, "vm", "one", ""), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if (c.id == same) != c.equal {
				t.Errorf("got %s against %s: %s", c.id, same, c.reason)
			}
		})
	}
}

func TestFactIDsDifferByNumber(t *testing.T) {
	t.Parallel()
	seen := map[uuid.UUID]bool{}
	for n := range 100 {
		seen[event.FactID(acme, acme, "cause", n)] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 facts of one cause have %d ids", len(seen))
	}
}

func unmarshal(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
