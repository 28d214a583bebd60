-- +goose Up
-- A timer goes on in the trace of what set it.
alter table dcm.work add column traceparent text not null default '';

-- How much work is owed and given up, of all tenants together, for whoever
-- watches the installation: numbers, and nothing of a tenant's.
create function dcm.debts()
  returns table (function text, owed bigint, oldest double precision, dead bigint)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select w.function,
    count(*) filter (where not w.dead and w.due_at <= clock_timestamp()),
    coalesce(extract(epoch from clock_timestamp() - min(w.due_at) filter (where not w.dead and w.due_at <= clock_timestamp())), 0)::double precision,
    count(*) filter (where w.dead)
  from dcm.work w
  group by w.function
$$;
grant create on schema dcm to dcm_across;
alter function dcm.debts() owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.debts() from public;
grant execute on function dcm.debts() to dcm_web;
