package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/command"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A RequestPage is a page of requests.
type RequestPage struct {
	Items      []Request `json:"items"`
	NextCursor *string   `json:"next_cursor"`
}

// A NewRequest is what somebody asks for. The limits are those of transport;
// submit decides what can be had.
type NewRequest struct {
	Project       string    `json:"project" maxLength:"200"`
	Name          string    `json:"name" maxLength:"200"`
	Template      string    `json:"template" maxLength:"200"`
	Size          string    `json:"size" maxLength:"200"`
	Network       string    `json:"network" maxLength:"200"`
	LeaseDays     int       `json:"lease_days"`
	Justification string    `json:"justification" maxLength:"10000"`
	Replaces      uuid.UUID `json:"replaces,omitzero" format:"uuid" doc:"The refused request that this one resubmits."`
}

// A NewDecision answers a request that waits for one.
type NewDecision struct {
	Decision string `json:"decision" enum:"approve,reject"`
	Reason   string `json:"reason,omitempty" maxLength:"10000" doc:"Mandatory for a rejection."`
}

// Idempotent is how every command is named by its sender: the same key is the
// same command, and is carried out once.
type Idempotent struct {
	Key string `header:"Idempotency-Key" maxLength:"200" pattern:"^[!-~]+$"`
}

type requestQuery struct {
	Paging
	Scope string   `query:"scope" enum:"mine,all" default:"mine"`
	State []string `query:"state" enum:"submitted,waiting,approved,provisioning,ready,rejected,withdrawn,expired,failed" maxItems:"9"`
	Q     string   `query:"q" maxLength:"100" doc:"What the name begins with."`
	Sort  string   `query:"sort" enum:"-submitted_at,submitted_at,name" default:"-submitted_at"`
}

// RequestID is a request in an address.
type RequestID struct {
	ID string `path:"id" doc:"Id of a request."`
}

// RequestCommand is a command about one request.
type RequestCommand struct {
	Idempotent
	RequestID
}

type decision struct {
	RequestCommand
	Body NewDecision
}

// A submission is a command with content.
type submission[T any] struct {
	Idempotent
	Body T
}

type created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

func (a *API) mountRequests(h huma.API) {
	handle(h, endpoint("list-requests", http.MethodGet, "/api/v1/requests", "requests", "What was asked for?"), a.listRequests)
	handle(h, endpoint("get-request", http.MethodGet, "/api/v1/requests/{id}", "requests", "How does this request stand?"), a.getRequest)
	submit := endpoint("submit-request", http.MethodPost, "/api/v1/requests", "requests", "Ask for a virtual machine.")
	submit.DefaultStatus = http.StatusCreated
	handle(h, submit, a.submitRequest)
	handle(h, endpoint("withdraw-request", http.MethodPost, "/api/v1/requests/{id}/withdrawal", "requests", "Take a request back."),
		func(ctx context.Context, in *RequestCommand) (*body[Request], error) {
			return a.commandRequest(ctx, in.RequestID, command.Command{Type: command.WithdrawRequest, Key: in.Key, Data: struct{}{}})
		})
	handle(h, endpoint("retry-request", http.MethodPost, "/api/v1/requests/{id}/retry", "requests", "Build again what failed."),
		func(ctx context.Context, in *RequestCommand) (*body[Request], error) {
			return a.commandRequest(ctx, in.RequestID, command.Command{Type: command.RetryRequest, Key: in.Key, Data: struct{}{}})
		})
	handle(h, endpoint("decide-request", http.MethodPost, "/api/v1/requests/{id}/decision", "approvals", "Approve or reject a request."),
		func(ctx context.Context, in *decision) (*body[Request], error) {
			return a.commandRequest(ctx, in.RequestID, command.Command{Type: command.Decide, Key: in.Key, Data: in.Body})
		})
}

func (a *API) listRequests(ctx context.Context, in *requestQuery) (*body[RequestPage], error) {
	who := callerOf(ctx)
	list := "requests:" + in.Sort
	after, err := parseCursor(list, in.Cursor)
	if err != nil {
		return nil, err
	}
	whose, err := a.scope(ctx, who, authz.RequestRead, in.Scope)
	if err != nil {
		return nil, err
	}
	rows, err := a.requests.List(ctx, who.Tenant, readmodel.RequestFilter{
		Requester: whose, States: in.State, Prefix: in.Q, Order: in.Sort, After: after.mark(), Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, in.Limit, func(r readmodel.Request) cursor {
		c := cursor{List: list, ID: r.ID}
		if in.Sort == readmodel.ByName {
			c.Name = r.Name
		} else {
			c.At = r.SubmittedAt.UTC()
		}
		return c
	})
	items, err := a.views(ctx, who, rows)
	if err != nil {
		return nil, err
	}
	return answer(RequestPage{Items: items, NextCursor: next}), nil
}

func (a *API) getRequest(ctx context.Context, in *RequestID) (*body[Request], error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	return a.readRequest(ctx, callerOf(ctx), id)
}

// readRequest is the request as the caller may see it.
func (a *API) readRequest(ctx context.Context, who identity.Caller, id uuid.UUID) (*body[Request], error) {
	r, err := a.requests.Get(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	if err := a.visible(ctx, who, authz.RequestRead, r.Requester, r.ID); err != nil {
		return nil, err
	}
	view, err := a.view(ctx, who, r)
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (a *API) submitRequest(ctx context.Context, in *submission[NewRequest]) (*created[Request], error) {
	who := callerOf(ctx)
	id, err := a.send(ctx, who, command.Command{Type: command.SubmitRequest, Key: in.Key, Data: in.Body})
	if err != nil {
		return nil, err
	}
	r, err := a.readRequest(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &created[Request]{Location: "/api/v1/requests/" + id.String(), Body: r.Body}, nil
}

// commandRequest sends a command about a request that the caller can see, and
// reads how the request stands then.
func (a *API) commandRequest(ctx context.Context, in RequestID, c command.Command) (*body[Request], error) {
	who := callerOf(ctx)
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	c.Subject = id.String()
	if _, err := a.send(ctx, who, c); err != nil {
		return nil, err
	}
	return a.readRequest(ctx, who, id)
}

// send delivers a command that answers with the id of what it was about.
func (a *API) send(ctx context.Context, who identity.Caller, c command.Command) (uuid.UUID, error) {
	var done struct {
		ID uuid.UUID `json:"id"`
	}
	err := a.sender.Send(ctx, who, c, &done)
	return done.ID, err
}
