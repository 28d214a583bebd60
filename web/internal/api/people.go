package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A Ref names a person. The name is null if the person is unknown or erased.
type Ref struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	Name *string   `json:"name"`
}

// A book knows people, and opens what is sealed about them, for the length of
// one answer: whoever is on a page is asked for once.
type book struct {
	tenant   uuid.UUID
	vault    *vault.Vault
	profiles map[uuid.UUID]event.Profile // of those who are known and not erased
}

// keys are the wrapped keys of the people in a book.
type keys map[uuid.UUID]vault.Wrapped

// PersonKey returns a key that is in the book.
func (k keys) PersonKey(_ context.Context, _, person uuid.UUID, _ vault.Wrapped) (vault.Wrapped, error) {
	if key := k[person]; key.Box != nil {
		return key, nil
	}
	return vault.Wrapped{}, vault.ErrErased
}

// book opens a book on people by their ids.
func (a *API) book(ctx context.Context, tenant uuid.UUID, people ...uuid.UUID) (*book, error) {
	if len(people) == 0 {
		return &book{tenant: tenant}, nil
	}
	profiles, err := a.directory.Profiles(ctx, tenant, distinct(people))
	if err != nil {
		return nil, err
	}
	return a.bookOf(ctx, tenant, profiles)
}

func (a *API) bookOf(ctx context.Context, tenant uuid.UUID, people []readmodel.Profile) (*book, error) {
	k := make(keys, len(people))
	for _, p := range people {
		k[p.ID] = p.Key
	}
	b := &book{tenant: tenant, vault: vault.With(a.master, k), profiles: make(map[uuid.UUID]event.Profile, len(people))}
	for _, p := range people {
		if !p.Known {
			continue
		}
		text, err := b.open(ctx, p.Person.Profile)
		if err != nil {
			return nil, err
		}
		if text == nil {
			continue
		}
		var profile event.Profile
		if err := json.Unmarshal([]byte(*text), &profile); err != nil {
			return nil, fmt.Errorf("read profile of %s: %w", p.ID, err)
		}
		b.profiles[p.ID] = profile
	}
	return b, nil
}

// open is the text, or nil if its person was erased.
func (b *book) open(ctx context.Context, s event.Sealed) (*string, error) {
	if s.IsZero() {
		return new(string), nil
	}
	text, err := b.vault.Open(ctx, b.tenant, s)
	if errors.Is(err, vault.ErrErased) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &text, nil
}

func (b *book) ref(id uuid.UUID) Ref { return Ref{ID: id, Name: b.name(id)} }

func (b *book) name(id uuid.UUID) *string {
	if p, ok := b.profiles[id]; ok {
		return &p.Name
	}
	return nil
}

func distinct(ids []uuid.UUID) []uuid.UUID {
	seen := make(map[uuid.UUID]bool, len(ids))
	out := make([]uuid.UUID, 0, len(ids))
	for _, id := range ids {
		if id != uuid.Nil && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
