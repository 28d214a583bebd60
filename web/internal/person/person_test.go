package person

import (
	"errors"
	"slices"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/identity"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

func TestDiffers(t *testing.T) {
	t.Parallel()
	ada := description{Profile: event.Profile{Name: "Ada", Email: "ada@acme.test"}, Locale: "de", Roles: []string{"user"}}
	cases := map[string]struct {
		reason string
		change func(*description)
		want   bool
	}{
		"Same":     {"nothing has changed", func(*description) {}, false},
		"Name":     {"a new name", func(d *description) { d.Name = "Ada L." }, true},
		"Address":  {"a new address", func(d *description) { d.Email = "al@acme.test" }, true},
		"Language": {"another language", func(d *description) { d.Locale = "en" }, true},
		"Role":     {"another role", func(d *description) { d.Roles = []string{"approver", "user"} }, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := ada
			c.change(&now)
			if got := now.differs(ada); got != c.want {
				t.Errorf("got %v: %s", got, c.reason)
			}
		})
	}
}

func TestKnownRoles(t *testing.T) {
	t.Parallel()
	if got := known([]string{"user", "offline_access", "approver", "user"}); !slices.Equal(got, []string{"approver", "user"}) {
		t.Errorf("got %v: DCM's roles, sorted, each once", got)
	}
}

// Two processes that look at the same newcomer introduce them once.
func TestIntroduceOnce(t *testing.T) {
	t.Parallel()
	fact := event.PersonIntroduced{Locale: "de"}
	if out, err := decision.Decide(state{}, introduce{fact: fact, seen: 0}); err != nil || len(out.Facts) != 1 {
		t.Errorf("a newcomer: %v %v", out, err)
	}
	after := decision.Fold([]event.Envelope{{Fact: fact}})
	if out, err := decision.Decide(after, introduce{fact: fact, seen: 0}); err != nil || len(out.Facts) != 0 {
		t.Errorf("somebody else was faster: %v %v", out, err)
	}
	if out, err := decision.Decide(after, introduce{fact: fact, seen: 1}); err != nil || len(out.Facts) != 1 {
		t.Errorf("a change: %v %v", out, err)
	}
	for _, gone := range []event.Fact{event.PersonErased{}, event.ErasureRepeated{}} {
		erased := decision.Fold([]event.Envelope{{Fact: fact}, {Fact: gone}})
		if out, err := decision.Decide(erased, introduce{fact: fact, seen: 1}); !errors.Is(err, vault.ErrErased) || len(out.Facts) != 0 {
			t.Errorf("who was erased comes again: %v %v", out, err)
		}
	}
}

func TestRecent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	r := recent{until: map[digest]time.Time{}}
	ada := identity.Caller{Tenant: uuid.New(), Person: uuid.New(), Name: "Ada"}
	r.add(digestOf(ada), now)
	if !r.has(digestOf(ada), now.Add(rememberFor-time.Second)) || r.has(digestOf(ada), now.Add(rememberFor)) {
		t.Error("who came a moment ago is remembered, and not for ever")
	}
	ada.Name = "Ada L."
	if r.has(digestOf(ada), now) {
		t.Error("who has changed is looked at again")
	}
	for i := range rememberMax {
		r.add(digest{byte(i), byte(i >> 8)}, now)
	}
	if len(r.until) > rememberMax {
		t.Errorf("%d are remembered", len(r.until))
	}
}
