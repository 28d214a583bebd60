package main

import (
	"context"
	"sync"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/hypervisor/traced"
	"dcm.io/functions/provision/internal/secret"
	"dcm.io/functions/provision/internal/vsphere"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// keeper knows connections and their credentials.
type keeper interface {
	Get(ctx context.Context, tenant, id uuid.UUID) (readmodel.Connection, error)
	Credentials(ctx context.Context, tenant, id uuid.UUID) (secret.Credentials, error)
}

// A fleet hands out hypervisors by connection. It keeps their sessions while the
// process lives; a connection that was configured anew gets a new one. It is
// safe for concurrent use.
type fleet struct {
	keeper keeper

	mu   sync.Mutex
	open map[vsphere.Connection]hypervisor.Hypervisor
}

func newFleet(k keeper) *fleet {
	return &fleet{keeper: k, open: map[vsphere.Connection]hypervisor.Hypervisor{}}
}

// Hypervisor returns the hypervisor of a tenant's connection;
// readmodel.ErrNotFound if the tenant has no such. It does not connect yet.
func (f *fleet) Hypervisor(ctx context.Context, tenant, connection uuid.UUID) (hypervisor.Hypervisor, error) {
	c, err := f.keeper.Get(ctx, tenant, connection)
	if err != nil {
		return nil, err
	}
	credentials, err := f.keeper.Credentials(ctx, tenant, connection)
	if err != nil {
		return nil, err
	}
	return f.dial(vsphere.Connection{URL: c.URL, User: credentials.User, Password: credentials.Password, Thumbprint: c.Thumbprint}), nil
}

// dial returns the hypervisor behind a connection, with its session if there is
// one.
func (f *fleet) dial(c vsphere.Connection) hypervisor.Hypervisor {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open[c] == nil {
		f.open[c] = traced.Hypervisor{Inner: vsphere.New(c)}
	}
	return f.open[c]
}
