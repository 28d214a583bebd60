-- +goose Up
-- Whose facts there are, for whoever checks and rebuilds the read model: ids, and
-- nothing of a tenant's. Each is found by one step in the index.
create function dcm.tenant_ids()
  returns setof uuid
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  with recursive found as (
    (select f.tenant_id from dcm.facts f order by f.tenant_id limit 1)
    union all
    select (select f.tenant_id from dcm.facts f where f.tenant_id > found.tenant_id order by f.tenant_id limit 1)
    from found where found.tenant_id is not null)
  select found.tenant_id from found where found.tenant_id is not null
$$;
grant create on schema dcm to dcm_across;
alter function dcm.tenant_ids() owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.tenant_ids() from public;
grant execute on function dcm.tenant_ids() to dcm_operator;

-- A rebuild replaces rows of the tenant that it has named; the policies hold it
-- to that one. The right to delete is also what lets it keep writers waiting.
grant insert, delete on dcm.tenants, dcm.people, dcm.connections, dcm.requests, dcm.vms, dcm.inbox, dcm.inbox_reads, dcm.bundles to dcm_operator;

-- A fact's place in the log and the moment of its recording are the database's
-- word. Whoever could choose a place could hide a fact from those who follow the
-- log, and learn from a refusal which places other tenants have.
-- +goose StatementBegin
do $$
begin
  revoke insert on dcm.facts from dcm_app;
  execute (
    select format('grant insert (%s) on dcm.facts to dcm_app', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute
    where attrelid = 'dcm.facts'::regclass and attnum > 0 and not attisdropped and attname <> all ('{xid,position,recorded_at}'));
end $$;
-- +goose StatementEnd

-- No fact changes a machine yet.
revoke update on dcm.vms from dcm_provision;
