package api

import (
	"context"

	"github.com/google/uuid"
)

// asked are the people who are asked to decide, by name.
type asked []Ref

// asked lists those who hold the role. Erased people are not asked.
func (a *API) asked(ctx context.Context, tenant uuid.UUID, role string) (asked, error) {
	people, err := a.directory.ProfilesWithRole(ctx, tenant, role)
	if err != nil {
		return nil, err
	}
	b, err := a.bookOf(ctx, tenant, people)
	if err != nil {
		return nil, err
	}
	var out asked
	for _, p := range people {
		if ref := b.ref(p.ID); ref.Name != nil {
			out = append(out, ref)
		}
	}
	return out, nil
}

// without is everybody's name but one: nobody decides on their own request.
func (l asked) without(person uuid.UUID) []string {
	names := []string{}
	for _, ref := range l {
		if ref.ID != person {
			names = append(names, *ref.Name)
		}
	}
	return names
}
