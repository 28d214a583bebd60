package readmodel

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
)

func bundleRequested(e event.Envelope, f event.AuditRequested) []pglog.Statement {
	return one(`insert into dcm.bundles (tenant_id, bundle_id, state, period_from, period_to, requested_by, requested_at)
		values ($1, $2, 'requested', $3, $4, $5, $6)`, e.Tenant, e.Stream, f.From, f.To, f.By, e.OccurredAt)
}

func bundleReady(e event.Envelope, f event.AuditExported) []pglog.Statement {
	return one(`update dcm.bundles set state = 'ready', finished_at = $3, facts = $4, bytes = $5, sha256 = $6, object_key = $7, locked_until = $8
		where tenant_id = $1 and bundle_id = $2`, e.Tenant, e.Stream, e.OccurredAt, f.Facts, f.Bytes, f.SHA256, f.ObjectKey, f.LockedUntil)
}
