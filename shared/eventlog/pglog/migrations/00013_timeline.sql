-- +goose Up
-- The timeline of what is written now. That of the last checkpoint stays as it was
-- for a while after a standby has taken over, and trees would grow unasked.
grant create on schema dcm to dcm_across;
set local role dcm_across;
create or replace function dcm.cluster()
  returns table (system_identifier bigint, timeline int)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select s.system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
  from pg_control_system() s
$$;
reset role;
revoke create on schema dcm from dcm_across;
