package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// An Approval is a request that somebody has to decide, with what they want to
// know of the requester.
type Approval struct {
	Request
	RequesterStats RequesterStats `json:"requester_stats"`
}

// RequesterStats tell how the requester stands.
type RequesterStats struct {
	Open         int       `json:"open" doc:"Requests on their way, this one included."`
	VMs          int       `json:"vms"`
	MonthlyCents int64     `json:"monthly_cents" doc:"What those machines cost."`
	Last         []Request `json:"last" doc:"Their latest other requests, newest first."`
}

// An ApprovalPage is a page of the queue.
type ApprovalPage struct {
	Items      []Approval `json:"items"`
	NextCursor *string    `json:"next_cursor"`
	Total      int        `json:"total"`
}

// lastRequests is how many of a requester's other requests are shown.
const lastRequests = 5

func (a *API) mountApprovals(h huma.API) {
	op := endpoint("list-approvals", http.MethodGet, "/api/v1/approvals", "approvals", "What waits for my decision? Oldest first; one's own requests wait for others.")
	handle(h, op, func(ctx context.Context, in *Paging) (*body[ApprovalPage], error) {
		who := callerOf(ctx)
		after, err := parseCursor("approvals", in.Cursor)
		if err != nil {
			return nil, err
		}
		if err := a.allowed(ctx, who, authz.RequestDecide, uuid.Nil, uuid.Nil); err != nil {
			return nil, err
		}
		total, err := a.requests.CountWaiting(ctx, who.Tenant, who.Person)
		if err != nil {
			return nil, err
		}
		rows, err := a.requests.Waiting(ctx, who.Tenant, who.Person, after.mark(), in.Limit+1)
		if err != nil {
			return nil, err
		}
		rows, next := page(rows, in.Limit, func(r readmodel.Request) cursor {
			return cursor{List: "approvals", At: r.SubmittedAt.UTC(), ID: r.ID}
		})
		items, err := a.approvals(ctx, who, rows)
		if err != nil {
			return nil, err
		}
		return answer(ApprovalPage{Items: items, NextCursor: next, Total: total}), nil
	})
}

func (a *API) approvals(ctx context.Context, who identity.Caller, rows []readmodel.Request) ([]Approval, error) {
	out := make([]Approval, len(rows))
	if len(rows) == 0 {
		return out, nil
	}
	var requesters []uuid.UUID
	for _, r := range rows {
		requesters = append(requesters, r.Requester)
	}
	requesters = distinct(requesters)
	standings, err := a.requests.Standings(ctx, who.Tenant, requesters)
	if err != nil {
		return nil, err
	}
	latest, err := a.requests.Latest(ctx, who.Tenant, requesters, lastRequests+1)
	if err != nil {
		return nil, err
	}
	views, err := a.views(ctx, who, append(rows, latest...)) // one look at the people of all
	if err != nil {
		return nil, err
	}
	for i := range rows {
		out[i] = Approval{Request: views[i], RequesterStats: stats(views[i], standings, views[len(rows):])}
	}
	return out, nil
}

func stats(r Request, standings []readmodel.Standing, latest []Request) RequesterStats {
	s := RequesterStats{Last: []Request{}}
	for _, at := range standings {
		if at.Requester == r.Requester.ID {
			s.Open, s.VMs, s.MonthlyCents = at.Open, at.VMs, at.MonthlyCents
		}
	}
	for _, l := range latest {
		if l.Requester.ID == r.Requester.ID && l.ID != r.ID && len(s.Last) < lastRequests {
			s.Last = append(s.Last, l)
		}
	}
	return s
}
