package api

import (
	"context"
	"fmt"

	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/edge"
	"dcm.io/web/internal/session"
	"github.com/google/uuid"
)

// allowed lets the caller do a to what is the owner's, or records that they
// were refused. Refusals of commands are recorded by the functions.
func (a *API) allowed(ctx context.Context, who identity.Caller, action authz.Action, owner, resource uuid.UUID) error {
	err := authz.Check(who.Roles, action, authz.RelationTo(owner, who.Person))
	if err == nil {
		return nil
	}
	if e := a.denied(ctx, who, action, resource, err); e != nil {
		return e
	}
	return err
}

// visible is allowed for things that the caller named by their id: what is not
// theirs to see answers like what does not exist.
func (a *API) visible(ctx context.Context, who identity.Caller, action authz.Action, owner, resource uuid.UUID) error {
	err := a.allowed(ctx, who, action, owner, resource)
	if fault.KindOf(err) == fault.Denied {
		return readmodel.ErrNotFound.Because(err)
	}
	return err
}

// scope is whose things a list shows: the caller's, or everybody's.
func (a *API) scope(ctx context.Context, who identity.Caller, action authz.Action, scope string) (uuid.UUID, error) {
	if scope == "all" {
		return uuid.Nil, a.allowed(ctx, who, action, uuid.Nil, uuid.Nil)
	}
	return who.Person, a.allowed(ctx, who, action, who.Person, uuid.Nil)
}

// denied records a refusal in a stream of its own.
func (a *API) denied(ctx context.Context, who identity.Caller, action authz.Action, resource uuid.UUID, why error) error {
	id := uuid.Must(uuid.NewV7()).String()
	cause := eventlog.Cause{
		ID: "access:" + id, CorrelationID: id, Actor: event.Person(who.Person), By: event.Web, At: a.now(), TraceParent: edge.TraceParent(ctx),
	}
	_, err := a.log.Append(ctx, eventlog.Record{
		Key:   eventlog.Key{Tenant: who.Tenant, Stream: event.DeriveID(who.Tenant, "access", id)},
		Cause: cause,
		Facts: []event.Fact{event.AccessDenied{
			Action: string(action), Resource: resource, Reason: fault.ProblemOf(why, "").Code, Function: string(event.Web),
		}},
	})
	if err != nil {
		return fmt.Errorf("record a refusal: %w", err)
	}
	return nil
}

// callerOf is who the session's guard let through.
func callerOf(ctx context.Context) identity.Caller { return session.CallerOf(ctx) }

// idOf reads an id in an address. What is no id names nothing.
func idOf(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != len(uuid.Nil.String()) {
		return uuid.Nil, readmodel.ErrNotFound
	}
	return id, nil
}
