package readmodel

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

func introduced(e event.Envelope, f event.PersonIntroduced) []pglog.Statement {
	return one(`insert into dcm.people (tenant_id, person_id, profile, locale, roles) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, person_id) do update set profile = excluded.profile, locale = excluded.locale, roles = excluded.roles`,
		e.Tenant, f.Person, box(f.Profile), f.Locale, append([]string{}, f.Roles...)) // none is an empty list, not NULL
}

// erased keeps the box, which nobody can open; who is erased holds no role.
func erased(e event.Envelope, person uuid.UUID) []pglog.Statement {
	return one(`update dcm.people set roles = '{}', erased_at = coalesce(erased_at, $3) where tenant_id = $1 and person_id = $2`,
		e.Tenant, person, e.OccurredAt)
}

func registered(e event.Envelope, f event.TenantRegistered) []pglog.Statement {
	return one(`insert into dcm.tenants (tenant_id, slug, name, locale) values ($1, $2, $3, $4)
		on conflict (tenant_id) do update set slug = excluded.slug, name = excluded.name, locale = excluded.locale`,
		e.Tenant, f.Slug, f.Name, f.Locale)
}
