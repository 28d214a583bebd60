-- +goose Up
-- As dcm.unsequenced(int), without the tenants named: while the tree of one cannot
-- grow, its facts must not stand in the way of everybody's. The other one is for
-- the release before this one.
create function dcm.unsequenced(how_many int, without uuid[])
  returns table (xid xid8, "position" bigint, tenant_id uuid, stream_id uuid, version bigint, settled boolean)
  language sql security definer set search_path = pg_catalog, pg_temp stable
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set max_parallel_workers_per_gather = 0
as $$
  with mark as (select m.xid, m.position from dcm.tree_marks m order by m.xid desc, m.position desc limit 1)
  select f.xid, f.position, f.tenant_id, f.stream_id, f.version, f.xid < pg_snapshot_xmin(pg_current_snapshot())
  from dcm.facts f
  where (f.xid, f.position) > (coalesce((select m.xid from mark m), '0'), coalesce((select m.position from mark m), -1))
    and (f.xid < pg_snapshot_xmin(pg_current_snapshot()) or f.xid >= pg_snapshot_xmax(pg_current_snapshot()))
    and f.tenant_id <> all (without)
    and not exists (select from dcm.tree_leaves l where l.tenant_id = f.tenant_id and l.stream_id = f.stream_id and l.version = f.version)
  order by f.xid, f.position
  limit least(how_many, 1000)
$$;
grant create on schema dcm to dcm_across;
alter function dcm.unsequenced(int, uuid[]) owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.unsequenced(int, uuid[]) from public;
grant execute on function dcm.unsequenced(int, uuid[]) to dcm_audit_export;
