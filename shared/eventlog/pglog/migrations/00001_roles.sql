-- +goose Up
-- Who may do what. dcm_owner owns everything and nobody logs in as it; dcm_across
-- owns the few functions that look across tenants and give out names of work,
-- never data; dcm_app is what all functions have in common.
-- Login roles, one per function, are made by dcmctl, which knows their passwords.
-- +goose StatementBegin
do $$
declare r text;
begin
  foreach r in array array['dcm_owner', 'dcm_across', 'dcm_app'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin nosuperuser nobypassrls', r);
    end if;
  end loop;
  foreach r in array array['dcm_submit', 'dcm_approve', 'dcm_provision', 'dcm_notify', 'dcm_audit_export', 'dcm_web', 'dcm_operator'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin nosuperuser nobypassrls', r);
    end if;
    execute format('grant dcm_app to %I', r);
  end loop;
end $$;
-- +goose StatementEnd

create schema dcm;
grant usage on schema dcm to dcm_app, dcm_across;

comment on schema dcm is 'DCM: event log, owed work, read model';
