package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Inbox answers what people were told. It is safe for concurrent use.
type Inbox struct{ Log *pglog.Log }

// A Message to a person.
type Message struct {
	ID       uuid.UUID
	Kind     string
	Subject  string     // name of the machine, or empty
	Request  *uuid.UUID // what it is about
	Bundle   *uuid.UUID // what it is about
	QueuedAt time.Time
	Read     bool
	Mail     string // queued, sent or failed
}

// List returns a page of a person's messages, newest first.
func (q Inbox) List(ctx context.Context, tenant, person uuid.UUID, after Mark, limit int) ([]Message, error) {
	var s query
	s.add(`select i.notification_id, i.message, i.subject, i.request_id, i.bundle_id, i.queued_at, i.queued_at <= coalesce(read.up_to, '-infinity'), i.mail
		from dcm.inbox i left join dcm.inbox_reads read on read.tenant_id = i.tenant_id and read.person_id = i.person_id
		where i.tenant_id = ? and i.person_id = ?`, tenant, person)
	s.newestFirst(`i.queued_at`, `i.notification_id`, after, limit)
	return pglog.Select(ctx, q.Log, tenant, func(row pglog.Row) (m Message, err error) {
		err = row.Scan(&m.ID, &m.Kind, &m.Subject, &m.Request, &m.Bundle, &m.QueuedAt, &m.Read, &m.Mail)
		return m, err
	}, s.sql.String(), s.args...)
}

// Unread counts a person's messages behind the point up to which they have read.
func (q Inbox) Unread(ctx context.Context, tenant, person uuid.UUID) (int, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanCount, `select count(*) from dcm.inbox i where i.tenant_id = $1 and i.person_id = $2
		and i.queued_at > coalesce((select read.up_to from dcm.inbox_reads read where read.tenant_id = $1 and read.person_id = $2), '-infinity')`,
		tenant, person))
}
