-- +goose Up
create table dcm.facts (
  tenant_id      uuid        not null,
  stream_id      uuid        not null,
  version        bigint      not null check (version > 0),
  position       bigint      generated always as identity,
  xid            xid8        not null default pg_current_xact_id(), -- readers of the whole log follow (xid, position)
  fact_id        uuid        not null,
  type           text        not null,
  source         text        not null,
  actor          text        not null,
  cause_id       text        not null,
  cause_digest   bytea,
  correlation_id text        not null,
  occurred_at    timestamptz not null, -- the producer's clock: never used for order
  recorded_at    timestamptz not null default clock_timestamp(),
  traceparent    text        not null,
  data           bytea       not null, -- the exact bytes that are hashed
  hash           bytea       not null check (length(hash) = 32),
  primary key (tenant_id, stream_id, version),
  unique (tenant_id, fact_id)
);
create unique index facts_order on dcm.facts (xid, position);
create index facts_tail on dcm.facts (tenant_id, position desc);

alter table dcm.facts enable row level security;
alter table dcm.facts force row level security;
create policy tenant_reads on dcm.facts for select to dcm_app
  using (tenant_id = (select current_setting('dcm.tenant_id')::uuid));
create policy tenant_appends on dcm.facts for insert to dcm_app
  with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid));
create policy across_reads on dcm.facts for select to dcm_across using (true);
grant select, insert on dcm.facts to dcm_app;
grant select on dcm.facts to dcm_across;

-- History is not rewritten, by nobody.
-- +goose StatementBegin
create function dcm.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the event log is append-only: % on % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger append_only before update or delete on dcm.facts
  for each row execute function dcm.refuse_change();
create trigger never_truncated before truncate on dcm.facts
  for each statement execute function dcm.refuse_change();
