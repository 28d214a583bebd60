-- +goose Up
-- Keys of people, wrapped with the master key: they open what is sealed about
-- them in the log. A destroyed key stays as a row without its content.
create table dcm.person_keys (
  tenant_id    uuid        not null,
  person_id    uuid        not null,
  wrapped      bytea       not null,
  created_at   timestamptz not null default clock_timestamp(),
  destroyed_at timestamptz,
  primary key (tenant_id, person_id)
);
-- Credentials of hypervisor connections, sealed with provision's own key.
create table dcm.connection_secrets (
  tenant_id     uuid  not null,
  connection_id uuid  not null,
  box           bytea not null,
  primary key (tenant_id, connection_id)
);
-- The portal's sessions; the tokens in them are sealed with web's own key.
create table dcm.sessions (
  tenant_id  uuid        not null,
  session_id bytea       not null, -- SHA-256 of what the cookie holds
  person_id  uuid        not null,
  box        bytea       not null,
  created_at timestamptz not null default clock_timestamp(),
  seen_at    timestamptz not null default clock_timestamp(),
  primary key (tenant_id, session_id)
);
-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['person_keys', 'connection_secrets', 'sessions'] loop
    execute format('alter table dcm.%I enable row level security', t);
    execute format('alter table dcm.%I force row level security', t);
    execute format($p$create policy tenant_only on dcm.%I to dcm_app
      using (tenant_id = (select current_setting('dcm.tenant_id')::uuid))
      with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid))$p$, t);
  end loop;
end $$;
-- +goose StatementEnd
grant select, insert on dcm.person_keys to dcm_submit, dcm_approve, dcm_web;
grant select on dcm.person_keys to dcm_notify;
grant select, insert, update on dcm.connection_secrets to dcm_provision;
grant select, insert, update, delete on dcm.sessions to dcm_web;
