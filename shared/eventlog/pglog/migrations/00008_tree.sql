-- +goose Up
-- Tamper evidence: a Merkle tree of each tenant's facts, sequenced behind the
-- append. docs/decisions/0017 says why it is as it is.

-- Which database cluster the tree has grown in. Numbers of transactions mean
-- nothing in another one, and after a restore facts may be missing: somebody has
-- to say that this is known before the tree goes on.
create table dcm.tree_epochs (
  tenant_id         uuid        not null,
  epoch             bigint      not null check (epoch > 0),
  system_identifier bigint      not null,
  timeline          int         not null,
  accepted_by       text        not null,
  reason            text        not null,
  accepted_at       timestamptz not null default clock_timestamp(),
  primary key (tenant_id, epoch)
);
-- The facts in the order of the tree.
create table dcm.tree_leaves (
  tenant_id uuid   not null,
  n         bigint not null check (n >= 0),
  stream_id uuid   not null,
  version   bigint not null,
  epoch     bigint not null,
  hash      bytea  not null check (length(hash) = 32),
  primary key (tenant_id, n),
  unique (tenant_id, stream_id, version)
);
-- The full subtrees above them.
create table dcm.tree_nodes (
  tenant_id uuid   not null,
  level     int    not null check (level > 0),
  n         bigint not null check (n >= 0),
  hash      bytea  not null check (length(hash) = 32),
  primary key (tenant_id, level, n)
);
-- Signed notes of the tree's size and root; the object store has them too.
create table dcm.checkpoints (
  tenant_id uuid        not null,
  size      bigint      not null check (size > 0),
  note      text        not null,
  signed_at timestamptz not null,
  primary key (tenant_id, size)
);
-- Which checkpoint a bundle has, so that the next one proves that it continues it.
create table dcm.exported_checkpoints (
  tenant_id uuid   not null,
  bundle_id uuid   not null,
  size      bigint not null,
  primary key (tenant_id, bundle_id)
);
-- All facts up to the greatest mark are in their trees. It only saves looking at
-- them again; a mark that is too low costs time and nothing else.
create table dcm.tree_marks (
  tenant_id  uuid   not null primary key, -- whose fact it stands on
  xid        xid8   not null default '0',
  "position" bigint not null
);

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['tree_epochs', 'tree_leaves', 'tree_nodes', 'checkpoints', 'exported_checkpoints', 'tree_marks'] loop
    execute format('alter table dcm.%I enable row level security', t);
    execute format('alter table dcm.%I force row level security', t);
    execute format('create policy across_reads on dcm.%I for select to dcm_across using (true)', t);
    execute format('grant select on dcm.%I to dcm_across', t);
    continue when t = 'tree_marks'; -- for the functions below alone
    execute format($p$create policy tenant_reads on dcm.%I for select to dcm_app
      using (tenant_id = (select current_setting('dcm.tenant_id')::uuid))$p$, t);
    execute format('grant select on dcm.%I to dcm_app', t);
    execute format('create trigger append_only before update or delete on dcm.%I for each row execute function dcm.refuse_change()', t);
    execute format('create trigger never_truncated before truncate on dcm.%I for each statement execute function dcm.refuse_change()', t);
    continue when t = 'tree_epochs';
    execute format($p$create policy sequencer_appends on dcm.%I for insert to dcm_audit_export
      with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid))$p$, t);
    execute format('grant insert on dcm.%I to dcm_audit_export', t);
  end loop;
end $$;
-- +goose StatementEnd
-- The sequencer begins a tree; that it goes on elsewhere is for people to say.
create policy sequencer_begins on dcm.tree_epochs for insert to dcm_audit_export
  with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid) and epoch = 1);
grant insert on dcm.tree_epochs to dcm_audit_export;
create policy across_accepts on dcm.tree_epochs for insert to dcm_across with check (true);
grant insert on dcm.tree_epochs to dcm_across;
create policy across_marks on dcm.tree_marks to dcm_across using (true) with check (true);
grant insert, update, delete on dcm.tree_marks to dcm_across;

grant create on schema dcm to dcm_across;
grant execute on function pg_control_system(), pg_control_checkpoint() to dcm_across;

-- Which cluster this is: drawn at initdb, and the timeline rises when a standby
-- takes over or a backup is brought to a point in time.
create function dcm.cluster()
  returns table (system_identifier bigint, timeline int)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select s.system_identifier, c.timeline_id from pg_control_system() s, pg_control_checkpoint() c
$$;

-- Tenants whose tree has grown in another cluster, and what that was.
create function dcm.tree_strangers()
  returns table (tenant_id uuid, epoch bigint, system_identifier bigint, timeline int)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select distinct on (e.tenant_id) e.tenant_id, e.epoch, e.system_identifier, e.timeline
  from dcm.tree_epochs e
  where not exists (
    select from dcm.tree_epochs n, dcm.cluster() c
    where n.tenant_id = e.tenant_id and n.system_identifier = c.system_identifier and n.timeline = c.timeline
      and not exists (select from dcm.tree_epochs l where l.tenant_id = n.tenant_id and l.epoch > n.epoch))
  order by e.tenant_id, e.epoch desc
$$;

-- Facts that are in no tree yet, in the order in which they go there: (xid,
-- position), strictly below the snapshot's horizon, for a lower number may still
-- commit below any other. What is numbered above the snapshot and is there all
-- the same came with a restore from another cluster: it is settled too. The planner
-- does not know how near the mark is to the end, so it is told to go by the index
-- and to look leaves up one by one: few candidates, many facts.
create function dcm.unsequenced(how_many int)
  returns table (xid xid8, "position" bigint, tenant_id uuid, stream_id uuid, version bigint, settled boolean)
  language sql security definer set search_path = pg_catalog, pg_temp stable
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set max_parallel_workers_per_gather = 0
as $$
  with mark as (select m.xid, m.position from dcm.tree_marks m order by m.xid desc, m.position desc limit 1)
  select f.xid, f.position, f.tenant_id, f.stream_id, f.version, f.xid < pg_snapshot_xmin(pg_current_snapshot())
  from dcm.facts f
  where (f.xid, f.position) > (coalesce((select m.xid from mark m), '0'), coalesce((select m.position from mark m), -1))
    and (f.xid < pg_snapshot_xmin(pg_current_snapshot()) or f.xid >= pg_snapshot_xmax(pg_current_snapshot()))
    and not exists (select from dcm.tree_leaves l where l.tenant_id = f.tenant_id and l.stream_id = f.stream_id and l.version = f.version)
  order by f.xid, f.position
  limit least(how_many, 1000)
$$;

-- Moves the mark forward to a fact, if all up to it are in their trees indeed.
create function dcm.mark_sequenced(of_tenant uuid, to_xid xid8, to_position bigint) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set max_parallel_workers_per_gather = 0
as $$
  insert into dcm.tree_marks as t (tenant_id, xid, position)
  select of_tenant, to_xid, to_position
  where to_xid < pg_snapshot_xmin(pg_current_snapshot()) and not exists (
    with mark as (select m.xid, m.position from dcm.tree_marks m order by m.xid desc, m.position desc limit 1)
    select from dcm.facts f
    where (f.xid, f.position) > (coalesce((select m.xid from mark m), '0'), coalesce((select m.position from mark m), -1))
      and (f.xid, f.position) <= (to_xid, to_position)
      and not exists (select from dcm.tree_leaves l where l.tenant_id = f.tenant_id and l.stream_id = f.stream_id and l.version = f.version))
  on conflict (tenant_id) do update set xid = excluded.xid, position = excluded.position
  where (excluded.xid, excluded.position) > (t.xid, t.position)
$$;

-- Tenants whose tree has more facts than its newest checkpoint.
create function dcm.unsigned_trees(how_many int)
  returns table (tenant_id uuid, size bigint, signed bigint, signed_at timestamptz)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select e.tenant_id, l.n + 1, coalesce(c.size, 0), coalesce(c.signed_at, '-infinity')
  from dcm.tree_epochs e
  cross join lateral (select l.n from dcm.tree_leaves l where l.tenant_id = e.tenant_id order by l.n desc limit 1) l
  left join lateral (select c.size, c.signed_at from dcm.checkpoints c where c.tenant_id = e.tenant_id order by c.size desc limit 1) c on true
  where e.epoch = 1 and l.n + 1 > coalesce(c.size, 0)
  order by c.signed_at nulls first
  limit least(how_many, 1000)
$$;

-- Says that the operator knows of the move to this cluster. The trees go on, in a
-- new epoch, and everything is looked through again for what is in none.
create function dcm.accept_cluster(by_whom text, why text)
  returns table (tenant_id uuid, epoch bigint)
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  with forgotten as (delete from dcm.tree_marks where exists (select from dcm.tree_strangers()))
  insert into dcm.tree_epochs as t (tenant_id, epoch, system_identifier, timeline, accepted_by, reason)
  select s.tenant_id, s.epoch + 1, c.system_identifier, c.timeline, by_whom, why
  from dcm.tree_strangers() s, dcm.cluster() c
  returning t.tenant_id, t.epoch
$$;

-- How far the trees are behind, of all tenants together, for whoever watches the
-- installation. What waits is counted up to a limit: more is as bad.
create function dcm.tree_lag()
  returns table (unsequenced bigint, oldest double precision, newest double precision, strangers bigint)
  language sql security definer set search_path = pg_catalog, pg_temp stable
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set max_parallel_workers_per_gather = 0
as $$
  with mark as (select m.xid, m.position from dcm.tree_marks m order by m.xid desc, m.position desc limit 1),
  waiting as (
    select f.recorded_at from dcm.facts f
    where (f.xid, f.position) > (coalesce((select m.xid from mark m), '0'), coalesce((select m.position from mark m), -1))
      and not exists (select from dcm.tree_leaves l where l.tenant_id = f.tenant_id and l.stream_id = f.stream_id and l.version = f.version)
    order by f.xid, f.position limit 10000),
  uncovered as (
    select f.recorded_at from dcm.unsigned_trees(1000) u
    join dcm.tree_leaves l on l.tenant_id = u.tenant_id and l.n = u.signed
    join dcm.facts f on f.tenant_id = l.tenant_id and f.stream_id = l.stream_id and f.version = l.version)
  select (select count(*) from waiting),
    coalesce(extract(epoch from clock_timestamp() - least((select min(recorded_at) from waiting), (select min(recorded_at) from uncovered))), 0)::double precision,
    coalesce(extract(epoch from clock_timestamp() - (select max(c.signed_at) from dcm.tree_epochs e
      cross join lateral (select c.signed_at from dcm.checkpoints c where c.tenant_id = e.tenant_id order by c.size desc limit 1) c
      where e.epoch = 1)), 0)::double precision,
    (select count(*) from dcm.tree_strangers())
$$;

-- +goose StatementBegin
do $$
declare f record;
begin
  for f in select p.oid::regprocedure::text as name, grants.role
    from (values ('cluster', 'dcm_audit_export'), ('cluster', 'dcm_operator'), ('tree_strangers', 'dcm_audit_export'), ('tree_strangers', 'dcm_operator'),
      ('unsequenced', 'dcm_audit_export'), ('mark_sequenced', 'dcm_audit_export'), ('unsigned_trees', 'dcm_audit_export'),
      ('accept_cluster', 'dcm_operator'), ('tree_lag', 'dcm_web')) grants (name, role)
    join pg_proc p on p.proname = grants.name and p.pronamespace = 'dcm'::regnamespace
  loop
    execute format('alter function %s owner to dcm_across', f.name);
    execute format('revoke all on function %s from public', f.name);
    execute format('grant execute on function %s to %I', f.name, f.role);
  end loop;
end $$;
-- +goose StatementEnd
revoke create on schema dcm from dcm_across;
