package readmodel

import (
	"context"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Orders of a list of requests.
const (
	Newest = "-submitted_at"
	Oldest = "submitted_at"
	ByName = "name"
)

// A RequestFilter says which requests, in which order, from where on.
type RequestFilter struct {
	Requester uuid.UUID // only theirs; zero for everybody's
	Decider   uuid.UUID // only those that they have decided; zero for all
	States    []string  // any of these; none for all
	Prefix    string    // of the name
	Order     string    // Newest if empty
	After     Mark
	Limit     int
}

// List returns a page of the tenant's requests. Pages of the same filter neither
// repeat nor skip a request, whatever is submitted meanwhile.
func (q Requests) List(ctx context.Context, tenant uuid.UUID, f RequestFilter) ([]Request, error) {
	var s query
	s.add(`select `+requestColumns+` from dcm.requests r where r.tenant_id = ?`, tenant)
	if f.Requester != uuid.Nil {
		s.add(` and r.requester_id = ?`, f.Requester)
	}
	if f.Decider != uuid.Nil {
		s.add(` and r.decided_by = ?`, f.Decider)
	}
	if len(f.States) > 0 {
		s.add(` and r.state = any(?)`, f.States)
	}
	if f.Prefix != "" {
		s.addPrefix(`r.name`, f.Prefix)
	}
	switch f.Order {
	case ByName:
		if !f.After.IsZero() {
			s.add(` and (r.name, r.request_id) > (?, ?)`, f.After.Name, f.After.ID)
		}
		s.add(` order by r.name, r.request_id limit ?`, f.Limit)
	case Oldest: // the index of Newest, read backwards
		if !f.After.IsZero() {
			s.add(` and r.submitted_at >= ? and (r.submitted_at > ? or r.request_id < ?)`, f.After.At, f.After.At, f.After.ID)
		}
		s.add(` order by r.submitted_at, r.request_id desc limit ?`, f.Limit)
	default:
		s.newestFirst(`r.submitted_at`, `r.request_id`, f.After, f.Limit)
	}
	return pglog.Select(ctx, q.Log, tenant, scanRequest, s.sql.String(), s.args...)
}

// unfinished are the states of requests that somebody still has to do something about.
var unfinished = []string{"submitted", "waiting", "approved", "provisioning"}

// Open lists the person's requests that are not finished, the newest hundred.
func (q Requests) Open(ctx context.Context, tenant, person uuid.UUID) ([]Request, error) {
	return q.List(ctx, tenant, RequestFilter{Requester: person, States: unfinished, Limit: 100})
}

// Projects lists the projects of recent requests, by name: of one requester, or
// of everybody if the id is zero.
func (q Requests) Projects(ctx context.Context, tenant, requester uuid.UUID) ([]string, error) {
	var s query
	s.add(`select distinct recent.project from (select r.project from dcm.requests r where r.tenant_id = ?`, tenant)
	if requester != uuid.Nil {
		s.add(` and r.requester_id = ?`, requester)
	}
	s.add(` order by r.submitted_at desc limit 1000) recent order by 1 limit 200`)
	return pglog.Select(ctx, q.Log, tenant, func(row pglog.Row) (name string, err error) {
		err = row.Scan(&name)
		return name, err
	}, s.sql.String(), s.args...)
}
