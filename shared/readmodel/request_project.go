package readmodel

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
)

func submitted(e event.Envelope, f event.RequestSubmitted) []pglog.Statement {
	return one(`insert into dcm.requests (tenant_id, request_id, state, requester_id, project, name, template, os, size, vcpu,
			ram_gib, disk_gib, network, lease_days, monthly_cents, currency, connection_id, justification, submitted_at, updated_at, version, replaces)
		values ($1, $2, 'submitted', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19, $20)`,
		e.Tenant, e.Stream, f.Requester, f.Project, f.Name, f.Template, f.OS, f.Size, f.VCPU,
		f.RAMGiB, f.DiskGiB, f.Network, f.LeaseDays, f.MonthlyCents, f.Currency, f.Connection, box(f.Justification), e.OccurredAt, e.Version, null(f.Replaces))
}

func moved(e event.Envelope, state string) []pglog.Statement {
	return one(`update dcm.requests set state = $3, updated_at = $4, version = $5 where tenant_id = $1 and request_id = $2`,
		e.Tenant, e.Stream, state, e.OccurredAt, e.Version)
}

func retried(e event.Envelope) []pglog.Statement {
	return one(`update dcm.requests set state = 'approved', failure = null, stalled = null, finished_at = null, updated_at = $3, version = $4
		where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, e.OccurredAt, e.Version)
}

func opened(e event.Envelope, f event.ApprovalOpened) []pglog.Statement {
	return one(`update dcm.requests set state = 'waiting', receipt = $3, role = $4, due_at = $5, updated_at = $6, version = $7
		where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, jsonb(f.Receipt), f.Role, f.DueAt, e.OccurredAt, e.Version)
}

func granted(e event.Envelope, f event.ApprovalGranted) []pglog.Statement {
	return one(`update dcm.requests set state = 'approved', receipt = $3, decision = 'approve', decided_by = $4, decided_at = $5, reason = $6,
			updated_at = $5, version = $7
		where tenant_id = $1 and request_id = $2`,
		e.Tenant, e.Stream, jsonb(f.Receipt), null(f.By), e.OccurredAt, box(f.Comment), e.Version)
}

func rejected(e event.Envelope, f event.ApprovalRejected) []pglog.Statement {
	return one(`update dcm.requests set state = 'rejected', decision = 'reject', decided_by = $3, decided_at = $4, reason = $5, updated_at = $4, version = $6
		where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, f.By, e.OccurredAt, box(f.Reason), e.Version)
}

// box is a sealed text as a column keeps it; whose key opens it is in another
// column of the row.
func box(s event.Sealed) []byte {
	if s.Box == nil {
		return []byte{}
	}
	return s.Box
}
