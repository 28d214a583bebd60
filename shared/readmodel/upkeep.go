package readmodel

import (
	"context"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Tables are the read model's, in the order in which an append that writes more
// than one writes them.
var Tables = []pglog.Table{
	{Name: "tenants", Key: []string{"tenant_id"}},
	{Name: "people", Key: []string{"tenant_id", "person_id"}},
	{Name: "connections", Key: []string{"tenant_id", "connection_id"}},
	{Name: "requests", Key: []string{"tenant_id", "request_id"}},
	{Name: "vms", Key: []string{"tenant_id", "vm_id"}},
	{Name: "inbox", Key: []string{"tenant_id", "person_id", "notification_id"}},
	{Name: "inbox_reads", Key: []string{"tenant_id", "person_id"}},
	{Name: "bundles", Key: []string{"tenant_id", "bundle_id"}},
}

// An Upkeep finds out whether the read model is what the log says, and makes it
// so. It is safe for concurrent use.
type Upkeep struct{ Log *pglog.Log }

// Check folds the tenant's log again and compares, while others read and write.
func (u Upkeep) Check(ctx context.Context, tenant uuid.UUID) (pglog.Check, error) {
	return u.Log.CheckReadModel(ctx, tenant, Tables)
}

// Rebuild makes the tenant's read model anew from the log, while others read and
// write; they see the old one until they see the new one.
func (u Upkeep) Rebuild(ctx context.Context, tenant uuid.UUID) (pglog.Rebuild, error) {
	return u.Log.RebuildReadModel(ctx, tenant, Tables)
}
