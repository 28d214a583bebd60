package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// filled is a database with tenants that have machines, and the facts of these.
type filled struct {
	Database

	tenants []uuid.UUID
}

// The rows are made set-wise in SQL: what reading costs does not depend on how
// they came there, and a million appends would take half an hour.
const (
	fillRequests = `
insert into dcm.requests (tenant_id, request_id, state, requester_id, project, name, template, os, size, vcpu, ram_gib, disk_gib, network, lease_days,
  monthly_cents, currency, connection_id, justification, submitted_at, updated_at, version, vm_name, finished_at)
select $1, gen_random_uuid(), 'ready', $1, 'project-' || i % 7, 'web-' || lpad(i::text, 5, '0'), 'ubuntu-24.04', 'linux', 'M', 4, 8, 100, 'prod', 90,
  7200, 'EUR', $1, decode(repeat('5a', 96), 'hex'), t.at, t.at, $3, 'acme-web-' || i, t.at
from generate_series(1, $2) i, lateral (select timestamptz '2026-01-01' + make_interval(mins => i) as at) t`

	fillVMs = `
insert into dcm.vms (tenant_id, vm_id, request_id, owner_id, name, project, template, os, size, vcpu, ram_gib, disk_gib, network, monthly_cents, currency,
  power_state, address, hostname, instance_uuid, ref, created_at, lease_ends_at)
select r.tenant_id, gen_random_uuid(), r.request_id, r.requester_id, r.name, r.project, r.template, r.os, r.size, r.vcpu, r.ram_gib, r.disk_gib, r.network,
  r.monthly_cents, r.currency, 'on', '10.0.0.7', r.name, r.request_id, 'vm-1', r.submitted_at, r.submitted_at + interval '90 days'
from dcm.requests r where r.tenant_id = $1`

	fillFacts = `
insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
select r.tenant_id, r.request_id, v, gen_random_uuid(), 'io.dcm.provisioning.advanced.v1', '/functions/provision', 'function:provision', 'step ' || v,
  r.request_id::text, r.submitted_at, $3, convert_to(repeat('{"step":"clone"}', 18), 'UTF8'), sha256(convert_to(r.request_id::text || v, 'UTF8'))
from dcm.requests r, generate_series(1, $2::int) v where r.tenant_id = $1 order by v, r.submitted_at`
)

// fill gives each of so many tenants machines, and each machine facts.
func fill(ctx context.Context, d Database, tenants, machines, facts int) (f filled, err error) {
	f.Database = d
	conn, err := pgx.Connect(ctx, d.Admin)
	if err != nil {
		return f, fmt.Errorf("connect to fill the database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for range tenants {
		tenant := uuid.New()
		var b pgx.Batch
		b.Queue(fillRequests, tenant, machines, facts)
		b.Queue(fillVMs, tenant)
		b.Queue(fillFacts, tenant, facts, traceParent)
		if err := conn.SendBatch(ctx, &b).Close(); err != nil {
			return f, fmt.Errorf("fill the database: %w", err)
		}
		f.tenants = append(f.tenants, tenant)
	}
	// As autovacuum would, in its time: planner's numbers, visibility, hint bits.
	if _, err := conn.Exec(ctx, `vacuum (analyze) dcm.facts, dcm.requests, dcm.vms`); err != nil {
		return f, fmt.Errorf("vacuum: %w", err)
	}
	return f, nil
}
