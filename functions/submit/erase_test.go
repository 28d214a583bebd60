package main

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// open finds requests in a log in memory that nobody has decided.
type open struct{ log *memory.Log }

func (o open) Open(_ context.Context, tenant, person uuid.UUID) ([]readmodel.Request, error) {
	var found []readmodel.Request
	for _, e := range o.log.Facts(tenant) {
		switch f := e.Fact.(type) {
		case event.RequestSubmitted:
			if f.Requester == person {
				found = append(found, readmodel.Request{ID: e.Stream, Name: f.Name})
			}
		case event.RequestWithdrawn:
			found = nil
		}
	}
	return found, nil
}

// known introduces ute, with a sealed profile.
func (b *bundle) known() event.Sealed {
	b.Helper()
	ute := people["ute"].Person
	profile, err := b.vault.Seal(b.Context(), tenant, ute, "Ute")
	if err != nil {
		b.Fatal(err)
	}
	b.happen(ute, event.Web, event.PersonIntroduced{Person: ute, Profile: profile})
	return profile
}

func TestErase(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	profile := b.known()
	ute := people["ute"].Person
	first := b.command("tess", "e1", "person.erase", ute, `{"reason":"asked"}`)
	if first.Status != 200 || first.ID != ute {
		t.Fatalf("answer %+v", first)
	}
	b.want("who did it is recorded", "person.introduced person.erased")
	if f := b.log.Facts(tenant)[1].Fact; f != (event.PersonErased{Person: ute, By: people["tess"].Person, Reason: "asked"}) {
		t.Errorf("recorded %+v", f)
	}
	if _, err := b.vault.Open(t.Context(), tenant, profile); !errors.Is(err, vault.ErrErased) {
		t.Errorf("the profile: %v, want it closed for ever", err)
	}
	for _, id := range []string{"e1", "e2"} {
		if again := b.command("tess", id, "person.erase", ute, `{"reason":"asked"}`); !reflect.DeepEqual(again, first) {
			t.Errorf("%s: want the same answer, got %+v", id, again)
		}
	}
	if a := b.command("ute", "c1", "request.submit", uuid.Nil, wish); a.Status != 403 || a.Code != "erased" {
		t.Errorf("who is erased asks for a machine: %+v", a)
	}
	b.want("nothing new but the refusal", "person.introduced person.erased access.denied")
}

func TestEraseRefuses(t *testing.T) {
	t.Parallel()
	ute := people["ute"].Person
	for name, tc := range map[string]struct {
		reason  string
		who     string
		subject uuid.UUID
		data    string
		before  func(*bundle)
		status  int
		code    string
		facts   string // behind person.introduced
	}{
		"Nobody":      {"no token", "", ute, `{"reason":"asked"}`, nil, 401, "no_token", ""},
		"User":        {"nor themself", "ute", ute, `{"reason":"asked"}`, nil, 403, "not_allowed", " access.denied"},
		"Auditor":     {"changes nothing", "adam", ute, `{"reason":"asked"}`, nil, 403, "not_allowed", " access.denied"},
		"Self":        {"another administrator has to", "tess", people["tess"].Person, `{"reason":"asked"}`, nil, 403, "own_erasure", " access.denied"},
		"Unknown":     {"there is no such person", "tess", uuid.New(), `{"reason":"asked"}`, nil, 404, "not_found", ""},
		"OtherTenant": {"what is not theirs is not there", "rita", ute, `{"reason":"asked"}`, nil, 404, "not_found", ""},
		"NoSubject":   {"whom", "tess", uuid.Nil, `{"reason":"asked"}`, nil, 422, "bad_subject", ""},
		"FreeText":    {"a text would name the person", "tess", ute, `{"reason":"Ute asked"}`, nil, 422, "invalid_reason", ""},
		"Open": {"their request waits", "tess", ute, `{"reason":"asked"}`, func(b *bundle) {
			b.command("ute", "c1", "request.submit", uuid.Nil, wish)
		}, 409, "open_requests", " request.submitted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, catalog{})
			profile := b.known()
			if tc.before != nil {
				tc.before(b)
			}
			if a := b.command(tc.who, "e1", "person.erase", tc.subject, tc.data); a.Status != tc.status || a.Code != tc.code {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, "person.introduced"+tc.facts)
			if name, err := b.vault.Open(t.Context(), tenant, profile); err != nil || name != "Ute" {
				t.Errorf("%s: the profile: %q, %v; want it as it was", tc.reason, name, err)
			}
		})
	}
}
