package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// ErrNotFound says that the tenant has no such thing.
var ErrNotFound = fault.New(fault.Missing, "not_found", "There is no such thing, or it is not yours to see.")

// A Directory answers who is who in a tenant. It is safe for concurrent use.
type Directory struct{ Log *pglog.Log }

// A Person as the directory knows them; the profile is sealed.
type Person struct {
	ID      uuid.UUID
	Profile event.Sealed // an event.Profile in JSON
	Locale  string
	Roles   []string   // none if erased
	Erased  *time.Time // when; nil if they are not
}

// A Tenant is one customer of the installation.
type Tenant struct {
	ID     uuid.UUID
	Slug   string
	Name   string
	Locale string
}

const selectPeople = `select p.person_id, p.profile, p.locale, p.roles, p.erased_at from dcm.people p where p.tenant_id = $1 and `

// Person finds a person; ErrNotFound if the tenant does not know them.
func (d Directory) Person(ctx context.Context, tenant, person uuid.UUID) (Person, error) {
	return first(pglog.Select(ctx, d.Log, tenant, scanPerson, selectPeople+`p.person_id = $2`, tenant, person))
}

// People finds several people by their ids; those it does not know are missing.
func (d Directory) People(ctx context.Context, tenant uuid.UUID, ids []uuid.UUID) ([]Person, error) {
	return pglog.Select(ctx, d.Log, tenant, scanPerson, selectPeople+`p.person_id = any($2)`, tenant, ids)
}

// WithRole lists everybody who holds one of the roles, by id.
func (d Directory) WithRole(ctx context.Context, tenant uuid.UUID, roles ...string) ([]Person, error) {
	return pglog.Select(ctx, d.Log, tenant, scanPerson, selectPeople+`p.roles && $2 order by p.person_id`, tenant, roles)
}

// Living returns vault.ErrErased if the person was erased.
func (d Directory) Living(ctx context.Context, tenant, person uuid.UUID) error {
	erased, err := pglog.Select(ctx, d.Log, tenant, func(row pglog.Row) (yes bool, err error) { return yes, row.Scan(&yes) },
		`select true from dcm.people p where p.tenant_id = $1 and p.person_id = $2 and p.erased_at is not null`, tenant, person)
	if err == nil && len(erased) > 0 {
		err = vault.ErrErased
	}
	return err
}

// Tenant describes the tenant itself.
func (d Directory) Tenant(ctx context.Context, tenant uuid.UUID) (Tenant, error) {
	return first(pglog.Select(ctx, d.Log, tenant, func(row pglog.Row) (t Tenant, err error) {
		err = row.Scan(&t.ID, &t.Slug, &t.Name, &t.Locale)
		return t, err
	}, `select t.tenant_id, t.slug, t.name, t.locale from dcm.tenants t where t.tenant_id = $1`, tenant))
}

func scanPerson(row pglog.Row) (p Person, err error) {
	err = row.Scan(&p.ID, &p.Profile.Box, &p.Locale, &p.Roles, &p.Erased)
	p.Profile.Person = p.ID
	return p, err
}

// first is the one row of a query by key, or ErrNotFound.
func first[T any](rows []T, err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0:
		return none, ErrNotFound
	}
	return rows[0], nil
}
