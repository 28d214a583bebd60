-- +goose Up
-- Makes a dead letter owed again, or fails the transaction: an append that says
-- who wanted it must not stand if there was nothing to be replayed. Row-Level
-- Security holds the caller to their tenant.
-- +goose StatementBegin
create function dcm.replay(of_tenant uuid, of_function text, of_stream uuid, of_fact uuid, of_kind text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  update dcm.work set dead = false, attempts = 0, not_before = '-infinity', held_until = '-infinity'
  where tenant_id = of_tenant and function = of_function and stream_id = of_stream and fact_id = of_fact and kind = of_kind and dead;
  if not found then
    raise exception 'there is no such dead letter' using errcode = 'DCM01';
  end if;
end $$;
-- +goose StatementEnd
revoke all on function dcm.replay(uuid, text, uuid, uuid, text) from public;
grant execute on function dcm.replay(uuid, text, uuid, uuid, text) to dcm_submit;

-- How many dead letters a tenant has is asked with every page of the portal.
create index work_dead_of_tenant on dcm.work (tenant_id, due_at) where dead;
