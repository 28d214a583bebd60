package main

import (
	"context"
	"errors"
	"net/http"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/secret"
	"dcm.io/functions/provision/internal/vsphere"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// connectionStore keeps connections and their credentials.
type connectionStore interface {
	Get(ctx context.Context, tenant, id uuid.UUID) (readmodel.Connection, error)
	Keep(ctx context.Context, tenant, id uuid.UUID, c secret.Credentials) error
}

var errConnection = fault.New(fault.Invalid, "invalid_connection", "The connection cannot be used like this.")

// configure tests a connection and saves it only if everything it names is there.
func (p *provisioner) configure(ctx context.Context, c function.Command) (function.Answer, error) {
	if err := authz.Check(c.Caller.Roles, authz.ConnectionConfigure, authz.Other); err != nil {
		return function.Answer{}, err
	}
	var form connectionForm
	if err := function.DecodeData(c.Data, &form); err != nil {
		return function.Answer{}, err
	}
	inventory, err := vsphere.New(vsphere.Connection{
		URL: form.URL, User: form.User, Password: form.Password, Thumbprint: form.Thumbprint,
	}).Check(ctx)
	if err != nil {
		f := hypervisor.FaultOf(err)
		return function.Answer{}, errConnection.With(fault.Field{Field: fieldOf(f.Code), Code: string(f.Code), Detail: f.Detail}).Because(err)
	}
	if wrong := check(form.ConnectionConfigured, inventory); len(wrong) > 0 {
		return function.Answer{}, errConnection.With(wrong...)
	}
	id := event.DeriveID(c.Caller.Tenant, "connection", form.Name)
	recorded, err := p.save(ctx, c, id, form)
	if err != nil {
		return function.Answer{}, err
	}
	return function.Answer{Status: http.StatusCreated, Body: map[string]any{"id": id, "product": inventory.Product}, Recorded: recorded}, nil
}

// save keeps the credentials and then records the connection; of two
// administrators at once the later wins, as with any form. A command that was
// carried out before must not bring its old credentials back.
func (p *provisioner) save(ctx context.Context, c function.Command, id uuid.UUID, f connectionForm) ([]event.Envelope, error) {
	key := eventlog.Key{Tenant: c.Caller.Tenant, Stream: id}
	for {
		stream, err := p.log.Read(ctx, key)
		if err != nil {
			return nil, err
		}
		before, err := eventlog.RecordedBy(stream, c.Cause)
		if err != nil || len(before) > 0 {
			return before, err
		}
		if err := p.store.Keep(ctx, key.Tenant, id, secret.Credentials{User: f.User, Password: f.Password}); err != nil {
			return nil, err
		}
		recorded, err := p.log.Append(ctx, eventlog.Record{
			Key: key, Expect: eventlog.HeadOf(stream), Cause: c.Cause, Facts: []event.Fact{f.ConnectionConfigured},
		})
		if !errors.Is(err, eventlog.ErrConflict) {
			return recorded, err
		}
	}
}
