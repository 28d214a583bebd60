package readmodel

import (
	"context"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A Profile is a person with the wrapped key that opens what is sealed about
// them: one question for a whole page, instead of one for each person.
type Profile struct {
	Person
	Known bool          // whether the directory knows them
	Key   vault.Wrapped // without a box if there is none (any more)
}

const selectProfiles = `select who.id, p.person_id is not null, coalesce(p.profile, ''), coalesce(p.locale, ''), coalesce(p.roles, '{}'), p.erased_at, k.wrapped, coalesce(k.wrapped_by, '')
	from unnest($2::uuid[]) who(id)
	left join dcm.people p on p.tenant_id = $1 and p.person_id = who.id
	left join dcm.person_keys k on k.tenant_id = $1 and k.person_id = who.id and k.destroyed_at is null`

// Profiles finds people by their ids with their keys. Only functions that may
// read keys can ask.
func (d Directory) Profiles(ctx context.Context, tenant uuid.UUID, ids []uuid.UUID) ([]Profile, error) {
	return pglog.Select(ctx, d.Log, tenant, scanProfile, selectProfiles, tenant, ids)
}

const selectKnown = `select p.person_id, true, p.profile, p.locale, p.roles, p.erased_at, k.wrapped, coalesce(k.wrapped_by, '')
	from dcm.people p
	left join dcm.person_keys k on k.tenant_id = $1 and k.person_id = p.person_id and k.destroyed_at is null
	where p.tenant_id = $1`

// ProfilesWithRole lists everybody who holds one of the roles, with their keys.
func (d Directory) ProfilesWithRole(ctx context.Context, tenant uuid.UUID, roles ...string) ([]Profile, error) {
	return pglog.Select(ctx, d.Log, tenant, scanProfile, selectKnown+` and p.roles && $2 order by p.person_id limit 100`, tenant, roles)
}

// Everybody lists all whom the tenant knows or has erased, with their keys.
func (d Directory) Everybody(ctx context.Context, tenant uuid.UUID) ([]Profile, error) {
	return pglog.Select(ctx, d.Log, tenant, scanProfile, selectKnown, tenant)
}

func scanProfile(row pglog.Row) (p Profile, err error) {
	err = row.Scan(&p.ID, &p.Known, &p.Person.Profile.Box, &p.Locale, &p.Roles, &p.Erased, &p.Key.Box, &p.Key.By)
	p.Person.Profile.Person = p.ID
	return p, err
}
