package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// VMs answers what machines a tenant has. It is safe for concurrent use.
type VMs struct{ Log *pglog.Log }

// A VM is a machine that runs, or did.
type VM struct {
	ID           uuid.UUID
	Request      uuid.UUID
	Owner        uuid.UUID
	Name         string
	Project      string
	Template     string
	OS           string
	Size         string
	VCPU         int
	RAMGiB       int
	DiskGiB      int
	Network      string
	MonthlyCents int64
	Currency     string
	PowerState   string
	Address      string
	Hostname     string
	InstanceUUID uuid.UUID
	CreatedAt    time.Time
	LeaseEndsAt  time.Time
}

const selectVMs = `select v.vm_id, v.request_id, v.owner_id, v.name, v.project, v.template, v.os, v.size, v.vcpu, v.ram_gib, v.disk_gib, v.network,
	v.monthly_cents, v.currency, v.power_state, v.address, v.hostname, v.instance_uuid, v.created_at, v.lease_ends_at
	from dcm.vms v where v.tenant_id = `

// Get finds one machine; ErrNotFound if the tenant has no such.
func (q VMs) Get(ctx context.Context, tenant, id uuid.UUID) (VM, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanVM, selectVMs+`$1 and v.vm_id = $2`, tenant, id))
}

// A VMFilter says which machines, from where on.
type VMFilter struct {
	Owner  uuid.UUID // only theirs; zero for everybody's
	Prefix string    // of the name
	After  Mark
	Limit  int
}

// List returns a page of the tenant's machines, newest first.
func (q VMs) List(ctx context.Context, tenant uuid.UUID, f VMFilter) ([]VM, error) {
	var s query
	s.add(selectVMs+`?`, tenant)
	if f.Owner != uuid.Nil {
		s.add(` and v.owner_id = ?`, f.Owner)
	}
	if f.Prefix != "" {
		s.addPrefix(`v.name`, f.Prefix)
	}
	s.newestFirst(`v.created_at`, `v.vm_id`, f.After, f.Limit)
	return pglog.Select(ctx, q.Log, tenant, scanVM, s.sql.String(), s.args...)
}

func scanVM(row pglog.Row) (v VM, err error) {
	err = row.Scan(&v.ID, &v.Request, &v.Owner, &v.Name, &v.Project, &v.Template, &v.OS, &v.Size, &v.VCPU, &v.RAMGiB, &v.DiskGiB, &v.Network,
		&v.MonthlyCents, &v.Currency, &v.PowerState, &v.Address, &v.Hostname, &v.InstanceUUID, &v.CreatedAt, &v.LeaseEndsAt)
	return v, err
}
