-- +goose Up
-- What functions owe: a fact to act on (fact_id set, kind empty), or a promise
-- to themselves (a timer: kind set, fact_id zero).
create table dcm.work (
  tenant_id  uuid        not null,
  function   text        not null,
  stream_id  uuid        not null,
  kind       text        not null default '',
  fact_id    uuid        not null default '00000000-0000-0000-0000-000000000000',
  due_at     timestamptz not null default clock_timestamp(), -- a timer's name is (kind, due_at)
  not_before timestamptz not null default '-infinity',       -- after a failure: when to try again
  held_until timestamptz not null default '-infinity',       -- a lease
  attempts   int         not null default 0,
  dead       boolean     not null default false,             -- a dead letter: kept until replayed
  last_error text        not null default '',
  owed_since timestamptz not null default clock_timestamp(),
  primary key (tenant_id, function, fact_id, stream_id, kind),
  check ((kind = '') <> (fact_id = '00000000-0000-0000-0000-000000000000'))
);
create index work_due on dcm.work (function, due_at) where not dead;
create index work_stream on dcm.work (tenant_id, function, stream_id, due_at) where kind <> '';

alter table dcm.work enable row level security;
alter table dcm.work force row level security;
create policy tenant_works on dcm.work to dcm_app
  using (tenant_id = (select current_setting('dcm.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid));
create policy across_reads on dcm.work for select to dcm_across using (true);
grant select, insert, update, delete on dcm.work to dcm_app;
grant select on dcm.work to dcm_across;

-- Which work a function owes, across tenants: names of work, nothing else. The
-- caller's login says which function it is, so that none sees another's.
create function dcm.owed(how_many int)
  returns table (tenant_id uuid, stream_id uuid, kind text, fact_id uuid)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select w.tenant_id, w.stream_id, w.kind, w.fact_id
  from dcm.work w
  where w.function = replace(substr(session_user, length('dcm_') + 1), '_', '-')
    and not w.dead and w.due_at <= clock_timestamp()
    and w.not_before <= clock_timestamp() and w.held_until <= clock_timestamp()
  order by w.due_at
  limit least(how_many, 1000)
$$;
grant create on schema dcm to dcm_across;
alter function dcm.owed(int) owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.owed(int) from public;
grant execute on function dcm.owed(int) to dcm_app;

-- Dead letters of all tenants, for whoever runs the installation: why each is
-- one, and nothing of the fact itself.
create function dcm.dead_letters(how_many int)
  returns table (tenant_id uuid, function text, stream_id uuid, kind text, fact_id uuid, due_at timestamptz, attempts int, owed_since timestamptz, last_error text)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select w.tenant_id, w.function, w.stream_id, w.kind, w.fact_id, w.due_at, w.attempts, w.owed_since, w.last_error
  from dcm.work w
  where w.dead
  order by w.owed_since, w.tenant_id, w.function, w.fact_id, w.stream_id, w.kind
  limit least(how_many, 1000)
$$;
grant create on schema dcm to dcm_across;
alter function dcm.dead_letters(int) owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.dead_letters(int) from public;
grant execute on function dcm.dead_letters(int) to dcm_operator;
create index work_dead on dcm.work (owed_since) where dead;

-- What happened after a place in the log, across tenants, for the live view:
-- which stream of which tenant changed, nothing of what is in it. Only below the
-- snapshot's horizon: a lower number may still commit later.
create function dcm.changes(after_xid xid8, after_position bigint, how_many int)
  returns table (xid xid8, "position" bigint, tenant_id uuid, stream_id uuid, version bigint, type text)
  language sql security definer set search_path = pg_catalog, pg_temp stable
as $$
  select f.xid, f.position, f.tenant_id, f.stream_id, f.version, f.type
  from dcm.facts f
  where (f.xid, f.position) > (after_xid, after_position)
    and f.xid < pg_snapshot_xmin(pg_current_snapshot())
  order by f.xid, f.position
  limit least(how_many, 1000)
$$;
grant create on schema dcm to dcm_across;
alter function dcm.changes(xid8, bigint, int) owner to dcm_across;
revoke create on schema dcm from dcm_across;
revoke all on function dcm.changes(xid8, bigint, int) from public;
grant execute on function dcm.changes(xid8, bigint, int) to dcm_web;
