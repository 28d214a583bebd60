package readmodel

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
)

// Stalled says why a build cannot go on right now.
type Stalled struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Failure says why a build has ended without a machine.
type Failure struct {
	Step      string `json:"step"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Retryable bool   `json:"retryable"`
}

func started(e event.Envelope, f event.ProvisioningStarted) []pglog.Statement {
	return one(`update dcm.requests set state = 'provisioning', vm_id = $3, vm_name = $4, step = 'clone', started_at = $5, updated_at = $5, version = $6
		where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, f.VM, f.VMName, e.OccurredAt, e.Version)
}

func advanced(e event.Envelope, f event.ProvisioningAdvanced) []pglog.Statement {
	return one(`update dcm.requests set state = 'provisioning', step = $3, stalled = null, updated_at = $4, version = $5
		where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, f.Step, e.OccurredAt, e.Version)
}

func stalled(e event.Envelope, f event.ProvisioningStalled) []pglog.Statement {
	return one(`update dcm.requests set stalled = $3, updated_at = $4, version = $5 where tenant_id = $1 and request_id = $2`,
		e.Tenant, e.Stream, jsonb(Stalled{Code: f.Code, Detail: f.Detail}), e.OccurredAt, e.Version)
}

// succeeded changes the request first: whoever writes both tables writes them in
// the order of Tables, so that a rebuild, which locks them in it, waits for
// nobody who waits for it.
func succeeded(e event.Envelope, f event.ProvisioningSucceeded) []pglog.Statement {
	return append(
		one(`update dcm.requests set state = 'ready', step = 'done', stalled = null, finished_at = $3, updated_at = $3, version = $4
			where tenant_id = $1 and request_id = $2`, e.Tenant, e.Stream, e.OccurredAt, e.Version),
		one(`insert into dcm.vms (tenant_id, vm_id, request_id, owner_id, name, project, template, os, size, vcpu, ram_gib, disk_gib, network,
				monthly_cents, currency, power_state, address, hostname, instance_uuid, ref, created_at, lease_ends_at)
			select tenant_id, $3, request_id, requester_id, name, project, template, os, size, vcpu, ram_gib, disk_gib, network,
				monthly_cents, currency, 'on', $4, $5, $6, $7, $8::timestamptz, $8::timestamptz + make_interval(days => lease_days)
			from dcm.requests where tenant_id = $1 and request_id = $2`,
			e.Tenant, e.Stream, f.VM, f.Address, f.Hostname, f.InstanceUUID, f.Ref, e.OccurredAt)...)
}

func failed(e event.Envelope, f event.ProvisioningFailed) []pglog.Statement {
	return one(`update dcm.requests set state = 'failed', stalled = null, failure = $3, finished_at = $4, updated_at = $4, version = $5
		where tenant_id = $1 and request_id = $2`,
		e.Tenant, e.Stream, jsonb(Failure{Step: f.Step, Code: f.Code, Detail: f.Detail, Retryable: f.Retryable}), e.OccurredAt, e.Version)
}

func connected(e event.Envelope, f event.ConnectionConfigured) []pglog.Statement {
	return one(`insert into dcm.connections (tenant_id, connection_id, kind, name, url, thumbprint, datacenter, resource_pool, datastore, folder, templates, networks)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (tenant_id, connection_id) do update set kind = excluded.kind, name = excluded.name, url = excluded.url,
			thumbprint = excluded.thumbprint, datacenter = excluded.datacenter, resource_pool = excluded.resource_pool,
			datastore = excluded.datastore, folder = excluded.folder, templates = excluded.templates, networks = excluded.networks`,
		e.Tenant, e.Stream, f.Kind, f.Name, f.URL, f.Thumbprint, f.Datacenter, f.ResourcePool, f.Datastore, f.Folder, jsonb(f.Templates), jsonb(f.Networks))
}
