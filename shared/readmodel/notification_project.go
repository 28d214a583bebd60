package readmodel

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

func queued(e event.Envelope, f event.NotificationQueued) []pglog.Statement {
	return one(`insert into dcm.inbox (tenant_id, person_id, notification_id, message, subject, request_id, bundle_id, queued_at, mail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued')`,
		e.Tenant, f.Recipient, f.Notification, f.Message, f.Subject, null(f.Request), null(f.Bundle), e.OccurredAt)
}

func mailed(e event.Envelope, person, notification uuid.UUID, state string) []pglog.Statement {
	return one(`update dcm.inbox set mail = $4 where tenant_id = $1 and person_id = $2 and notification_id = $3`,
		e.Tenant, person, notification, state)
}

func read(e event.Envelope, f event.NotificationRead) []pglog.Statement {
	return one(`insert into dcm.inbox_reads (tenant_id, person_id, up_to) values ($1, $2, $3)
		on conflict (tenant_id, person_id) do update set up_to = greatest(dcm.inbox_reads.up_to, excluded.up_to)`,
		e.Tenant, f.Person, f.UpTo)
}
