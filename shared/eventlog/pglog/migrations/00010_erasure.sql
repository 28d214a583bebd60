-- +goose Up
-- Erasing people: docs/privacy.md. A row of dcm.person_keys is for ever; what can
-- go is the key in it, and it goes for good. So "erased" and "never seen" differ.
alter table dcm.people add column erased_at timestamptz;

-- Which master key has wrapped it; empty if that was before keys were marked.
alter table dcm.person_keys add column wrapped_by text not null default '';

update dcm.person_keys set wrapped = '' where destroyed_at is not null;
alter table dcm.person_keys add constraint destroyed_is_empty check ((destroyed_at is null) = (length(wrapped) > 0));

-- +goose StatementBegin
create function dcm.guard_keys() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and old.destroyed_at is null
    and (new.tenant_id, new.person_id, new.created_at) = (old.tenant_id, old.person_id, old.created_at)
    and (new.destroyed_at is not null or current_user = 'dcm_operator') then
    return new;
  end if;
  raise exception 'a key can only be destroyed, or wrapped anew by the operator: % on % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger guarded before update or delete on dcm.person_keys
  for each row execute function dcm.guard_keys();
create trigger never_truncated before truncate on dcm.person_keys
  for each statement execute function dcm.guard_keys();

-- Submit destroys keys, because people ask for it; the operator does so again
-- after a restore, and wraps keys anew when the master key changes.
grant update (wrapped, wrapped_by, destroyed_at) on dcm.person_keys to dcm_submit, dcm_operator;
grant select, insert on dcm.person_keys to dcm_operator;
grant update on dcm.people to dcm_submit, dcm_operator;
