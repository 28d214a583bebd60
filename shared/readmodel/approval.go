package readmodel

import (
	"context"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Waiting returns a page of the requests that somebody has to decide, oldest
// first, without those of one person: nobody decides on their own.
func (q Requests) Waiting(ctx context.Context, tenant, without uuid.UUID, after Mark, limit int) ([]Request, error) {
	var s query
	s.add(`select `+requestColumns+` from dcm.requests r where r.tenant_id = ? and r.state = 'waiting' and r.requester_id <> ?`, tenant, without)
	if !after.IsZero() {
		s.add(` and (r.submitted_at, r.request_id) > (?, ?)`, after.At, after.ID)
	}
	s.add(` order by r.submitted_at, r.request_id limit ?`, limit)
	return pglog.Select(ctx, q.Log, tenant, scanRequest, s.sql.String(), s.args...)
}

// CountWaiting counts what Waiting lists.
func (q Requests) CountWaiting(ctx context.Context, tenant, without uuid.UUID) (int, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanCount,
		`select count(*) from dcm.requests r where r.tenant_id = $1 and r.state = 'waiting' and r.requester_id <> $2`, tenant, without))
}

// Standing is what an approver wants to know of a requester.
type Standing struct {
	Requester    uuid.UUID
	Open         int   // requests on their way
	VMs          int   // machines they have
	MonthlyCents int64 // what those cost
}

const selectStandings = `select who.id,
	(select count(*) from dcm.requests r where r.tenant_id = $1 and r.requester_id = who.id and r.state in ('submitted', 'waiting', 'approved', 'provisioning')),
	count(v.vm_id), coalesce(sum(v.monthly_cents), 0)::bigint
	from unnest($2::uuid[]) who(id) left join dcm.vms v on v.tenant_id = $1 and v.owner_id = who.id
	group by who.id`

// Standings tells how requesters stand.
func (q Requests) Standings(ctx context.Context, tenant uuid.UUID, requesters []uuid.UUID) ([]Standing, error) {
	return pglog.Select(ctx, q.Log, tenant, func(row pglog.Row) (s Standing, err error) {
		err = row.Scan(&s.Requester, &s.Open, &s.VMs, &s.MonthlyCents)
		return s, err
	}, selectStandings, tenant, requesters)
}

// Latest returns the newest requests of each requester, newest first, at most
// each of them.
func (q Requests) Latest(ctx context.Context, tenant uuid.UUID, requesters []uuid.UUID, each int) ([]Request, error) {
	return pglog.Select(ctx, q.Log, tenant, scanRequest,
		`select `+requestColumns+` from unnest($2::uuid[]) who(id) cross join lateral (
			select n.request_id from dcm.requests n where n.tenant_id = $1 and n.requester_id = who.id
			order by n.submitted_at desc, n.request_id limit $3) newest
		join dcm.requests r on r.tenant_id = $1 and r.request_id = newest.request_id
		order by r.submitted_at desc, r.request_id`, tenant, requesters, each)
}

func scanCount(row pglog.Row) (n int, err error) {
	err = row.Scan(&n)
	return n, err
}
