package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
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

// connectionForm is the content of the command io.dcm.connection.configure. The
// connection's id is derived from its name, so that configuring it again
// changes it.
type connectionForm struct {
	event.ConnectionConfigured
	User     string `json:"user"`
	Password string `json:"password"`
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
		return function.Answer{}, errConnection.With(fault.Field{Field: "url", Code: string(f.Code), Detail: f.Detail}).Because(err)
	}
	if faults := missing(form.ConnectionConfigured, inventory); len(faults) > 0 {
		return function.Answer{}, errConnection.With(faults...)
	}
	id := event.DeriveID(c.Caller.Tenant, "connection", form.Name)
	if err := p.store.Keep(ctx, c.Caller.Tenant, id, secret.Credentials{User: form.User, Password: form.Password}); err != nil {
		return function.Answer{}, err
	}
	recorded, err := p.configured(ctx, c, id, form.ConnectionConfigured)
	if err != nil {
		return function.Answer{}, err
	}
	return function.Answer{Status: http.StatusCreated, Body: map[string]any{"id": id, "product": inventory.Product}, Recorded: recorded}, nil
}

// configured records the connection; of two administrators at once the later
// wins, as with any form.
func (p *provisioner) configured(ctx context.Context, c function.Command, id uuid.UUID, f event.ConnectionConfigured) ([]event.Envelope, error) {
	key := eventlog.Key{Tenant: c.Caller.Tenant, Stream: id}
	for {
		stream, err := p.log.Read(ctx, key)
		if err != nil {
			return nil, err
		}
		recorded, err := p.log.Append(ctx, eventlog.Record{Key: key, Expect: eventlog.HeadOf(stream), Cause: c.Cause, Facts: []event.Fact{f}})
		if !errors.Is(err, eventlog.ErrConflict) {
			return recorded, err
		}
	}
}

// missing lists everything a connection names that the hypervisor does not have.
func missing(f event.ConnectionConfigured, have hypervisor.Inventory) []fault.Field {
	var faults []fault.Field
	need := func(field, path string, there bool) {
		if !there {
			faults = append(faults, fault.Field{Field: field, Code: "not_there", Detail: fmt.Sprintf("The hypervisor has no %q.", path)})
		}
	}
	if f.Name == "" {
		faults = append(faults, fault.Field{Field: "name", Code: "required", Detail: "Give the connection a name."})
	}
	need("resource_pool", f.ResourcePool, hasPlace(have.ResourcePools, f.ResourcePool))
	need("datastore", f.Datastore, f.Datastore == "" || slices.ContainsFunc(have.Datastores, func(s hypervisor.Store) bool { return s.Path == f.Datastore }))
	for i, n := range f.Networks {
		need(fmt.Sprintf("networks.%d.path", i), n.Path, hasPlace(have.Networks, n.Path))
	}
	for i, t := range f.Templates {
		there := slices.ContainsFunc(have.Templates, func(h hypervisor.Template) bool { return h.Path == t.Path })
		need(fmt.Sprintf("templates.%d.path", i), t.Path, there)
		if os := placement.OS(t.OS); os != placement.Linux && os != placement.Windows {
			faults = append(faults, fault.Field{Field: fmt.Sprintf("templates.%d.os", i), Code: "unknown_os", Detail: "Either linux or windows."})
		}
	}
	return faults
}

func hasPlace(places []hypervisor.Place, path string) bool {
	return slices.ContainsFunc(places, func(p hypervisor.Place) bool { return p.Path == path })
}
