package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/readmodel"
)

// plan turns the request into the machine to make, or into why there is none.
func (p *provisioner) plan(ctx context.Context, stream []event.Envelope, key eventlog.Key) (build.Command, error) {
	asked, ok := submitted(stream)
	if !ok {
		return nil, fault.New(fault.Invalid, "no_request", "The stream begins with no request.")
	}
	tenant, err := p.tenants.Tenant(ctx, key.Tenant)
	if err != nil {
		return nil, err
	}
	c, err := p.store.Get(ctx, key.Tenant, asked.Connection)
	if errors.Is(err, readmodel.ErrNotFound) {
		return build.Refuse{Fault: placement.Fault{Code: "connection_missing", Detail: "the tenant has no such hypervisor connection any more"}}, nil
	}
	if err != nil {
		return nil, err
	}
	o, gone := order(asked, c, tenant.Slug, key)
	if gone != nil {
		return build.Refuse{Fault: *gone}, nil
	}
	vm, err := placement.Specify(o, site(c))
	if err != nil {
		return build.Refuse{Fault: placement.Fault{Code: placement.InvalidName, Detail: err.Error()}}, nil //nolint:nilerr // the refusal is recorded; there is nothing to try again
	}
	return build.Begin{ID: event.DeriveID(key.Tenant, "vm", key.Stream.String()), Connection: c.ID, VM: vm, Now: p.now()}, nil
}

func submitted(stream []event.Envelope) (event.RequestSubmitted, bool) {
	if len(stream) == 0 {
		return event.RequestSubmitted{}, false
	}
	asked, ok := stream[0].Fact.(event.RequestSubmitted)
	return asked, ok
}

// order names what was asked for as the connection does today. What it no longer
// offers is a fault: an empty network would mean the template's own.
func order(asked event.RequestSubmitted, c readmodel.Connection, slug string, key eventlog.Key) (placement.Order, *placement.Fault) {
	template := slices.IndexFunc(c.Templates, func(t event.Template) bool { return t.Key == asked.Template })
	network := slices.IndexFunc(c.Networks, func(n event.Network) bool { return n.Key == asked.Network })
	switch {
	case template < 0:
		return placement.Order{}, &placement.Fault{Code: placement.TemplateMissing, Detail: fmt.Sprintf("the connection no longer offers the template %q", asked.Template)}
	case network < 0:
		return placement.Order{}, &placement.Fault{Code: placement.NetworkMissing, Detail: fmt.Sprintf("the connection no longer offers the network %q", asked.Network)}
	}
	return placement.Order{
		RequestID: key.Stream, TenantID: key.Tenant, Tenant: slug, Name: asked.Name, OS: placement.OS(asked.OS),
		Template: c.Templates[template].Path, Network: c.Networks[network].Path,
		VCPU: asked.VCPU, RAMGiB: asked.RAMGiB, DiskGiB: asked.DiskGiB,
	}, nil
}

func site(c readmodel.Connection) placement.Site {
	return placement.Site{Folder: c.Folder, ResourcePool: c.ResourcePool, Datastore: c.Datastore}
}
