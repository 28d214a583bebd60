package readmodel

import (
	"context"
	"encoding/json"
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Connections answers what hypervisors a tenant has, and what they offer. It is
// safe for concurrent use.
type Connections struct{ Log *pglog.Log }

// A Connection to a hypervisor, without its credentials.
type Connection struct {
	ID uuid.UUID
	event.ConnectionConfigured
}

const selectConnections = `select c.connection_id, c.kind, c.name, c.url, c.thumbprint, c.datacenter, c.resource_pool, c.datastore, c.folder,
	c.templates, c.networks from dcm.connections c where c.tenant_id = $1 `

// List returns the tenant's connections, in a stable order.
func (c Connections) List(ctx context.Context, tenant uuid.UUID) ([]Connection, error) {
	return pglog.Select(ctx, c.Log, tenant, scanConnection, selectConnections+`order by c.connection_id`, tenant)
}

// Get finds one connection; ErrNotFound if the tenant has no such.
func (c Connections) Get(ctx context.Context, tenant, id uuid.UUID) (Connection, error) {
	return first(pglog.Select(ctx, c.Log, tenant, scanConnection, selectConnections+`and c.connection_id = $2`, tenant, id))
}

func scanConnection(row pglog.Row) (Connection, error) {
	var c Connection
	var templates, networks []byte
	err := row.Scan(&c.ID, &c.Kind, &c.Name, &c.URL, &c.Thumbprint, &c.Datacenter, &c.ResourcePool, &c.Datastore, &c.Folder, &templates, &networks)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(templates, &c.Templates); err != nil {
		return c, fmt.Errorf("read templates of connection %s: %w", c.ID, err)
	}
	if err := json.Unmarshal(networks, &c.Networks); err != nil {
		return c, fmt.Errorf("read networks of connection %s: %w", c.ID, err)
	}
	return c, nil
}
