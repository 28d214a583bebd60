-- +goose Up
-- What screens show, written by the append itself; it can be rebuilt from facts.
create table dcm.tenants (
  tenant_id uuid primary key,
  slug      text not null,
  name      text not null,
  locale    text not null
);
create table dcm.people (
  tenant_id uuid   not null,
  person_id uuid   not null,
  profile   bytea  not null, -- sealed with the person's key
  locale    text   not null,
  roles     text[] not null,
  primary key (tenant_id, person_id)
);
create table dcm.connections (
  tenant_id     uuid  not null,
  connection_id uuid  not null,
  kind          text  not null,
  name          text  not null,
  url           text  not null,
  thumbprint    text  not null,
  datacenter    text  not null,
  resource_pool text  not null,
  datastore     text  not null,
  folder        text  not null,
  templates     jsonb not null,
  networks      jsonb not null,
  primary key (tenant_id, connection_id)
);
create table dcm.requests (
  tenant_id     uuid        not null,
  request_id    uuid        not null,
  state         text        not null,
  requester_id  uuid        not null,
  project       text        not null,
  name          text        not null,
  template      text        not null,
  os            text        not null,
  size          text        not null,
  vcpu          int         not null,
  ram_gib       int         not null,
  disk_gib      int         not null,
  network       text        not null,
  lease_days    int         not null,
  monthly_cents bigint      not null,
  currency      text        not null,
  connection_id uuid        not null,
  justification bytea       not null, -- sealed
  submitted_at  timestamptz not null,
  updated_at    timestamptz not null,
  version       bigint      not null,
  replaces      uuid,                 -- the refused request this one resubmits
  receipt       jsonb,                -- of the policy
  role          text,                 -- who may decide
  due_at        timestamptz,          -- when it expires undecided
  decided_at    timestamptz,
  decided_by    uuid,                 -- null if the policy decided alone
  decision      text,
  reason        bytea,                -- sealed with the decider's key
  step          text,
  vm_id         uuid,
  vm_name       text,
  stalled       jsonb,
  failure       jsonb,
  started_at    timestamptz,
  finished_at   timestamptz,
  primary key (tenant_id, request_id)
);
create index requests_mine on dcm.requests (tenant_id, requester_id, submitted_at desc, request_id);
create index requests_all on dcm.requests (tenant_id, submitted_at desc, request_id);
create index requests_waiting on dcm.requests (tenant_id, submitted_at, request_id) where state = 'waiting';
create table dcm.vms (
  tenant_id     uuid        not null,
  vm_id         uuid        not null,
  request_id    uuid        not null,
  owner_id      uuid        not null,
  name          text        not null,
  project       text        not null,
  template      text        not null,
  os            text        not null,
  size          text        not null,
  vcpu          int         not null,
  ram_gib       int         not null,
  disk_gib      int         not null,
  network       text        not null,
  monthly_cents bigint      not null,
  currency      text        not null,
  power_state   text        not null,
  address       text        not null,
  hostname      text        not null,
  instance_uuid uuid        not null,
  ref           text        not null,
  created_at    timestamptz not null,
  lease_ends_at timestamptz not null,
  primary key (tenant_id, vm_id)
);
create index vms_mine on dcm.vms (tenant_id, owner_id, created_at desc, vm_id);
create index vms_all on dcm.vms (tenant_id, created_at desc, vm_id);
create table dcm.inbox (
  tenant_id       uuid        not null,
  person_id       uuid        not null,
  notification_id uuid        not null,
  message         text        not null,
  subject         text        not null,
  request_id      uuid,
  bundle_id       uuid,
  queued_at       timestamptz not null,
  mail            text        not null, -- queued, sent or failed
  primary key (tenant_id, person_id, notification_id)
);
create index inbox_newest on dcm.inbox (tenant_id, person_id, queued_at desc, notification_id);
create table dcm.inbox_reads (
  tenant_id uuid        not null,
  person_id uuid        not null,
  up_to     timestamptz not null,
  primary key (tenant_id, person_id)
);
create table dcm.bundles (
  tenant_id    uuid        not null,
  bundle_id    uuid        not null,
  state        text        not null,
  period_from  timestamptz not null,
  period_to    timestamptz not null,
  requested_by uuid        not null,
  requested_at timestamptz not null,
  finished_at  timestamptz,
  facts        bigint,
  bytes        bigint,
  sha256       text,
  object_key   text,
  locked_until timestamptz,
  primary key (tenant_id, bundle_id)
);
create index bundles_newest on dcm.bundles (tenant_id, requested_at desc, bundle_id);

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['tenants', 'people', 'connections', 'requests', 'vms', 'inbox', 'inbox_reads', 'bundles'] loop
    execute format('alter table dcm.%I enable row level security', t);
    execute format('alter table dcm.%I force row level security', t);
    execute format($p$create policy tenant_only on dcm.%I to dcm_app
      using (tenant_id = (select current_setting('dcm.tenant_id')::uuid))
      with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid))$p$, t);
    execute format('grant select on dcm.%I to dcm_app', t);
  end loop;
end $$;
-- +goose StatementEnd
-- Each function writes what its facts change, and no more.
grant insert on dcm.requests, dcm.bundles to dcm_submit;
grant update on dcm.requests to dcm_submit, dcm_approve, dcm_provision;
grant insert, update on dcm.connections, dcm.vms to dcm_provision;
grant insert, update on dcm.inbox to dcm_notify;
grant update on dcm.bundles to dcm_audit_export;
grant insert, update on dcm.people, dcm.inbox_reads to dcm_web;
grant insert, update on dcm.tenants to dcm_operator;
