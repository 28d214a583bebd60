-- Everything in the schema belongs to dcm_owner, as whom nobody logs in. The
-- functions that look across tenants stay with dcm_across.
do $$
declare o record;
begin
  for o in
    select case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end as kind, c.oid::regclass::text as name
    from pg_class c
    where c.relnamespace = 'dcm'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') and c.relowner <> 'dcm_owner'::regrole
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
    union all
    select 'function', p.oid::regprocedure::text
    from pg_proc p
    where p.pronamespace = 'dcm'::regnamespace and p.proowner not in ('dcm_owner'::regrole, 'dcm_across'::regrole)
    union all
    select 'schema', 'dcm'
    from pg_namespace n
    where n.nspname = 'dcm' and n.nspowner <> 'dcm_owner'::regrole
  loop
    execute format('alter %s %s owner to dcm_owner', o.kind, o.name);
  end loop;
end $$;

-- A function is ready when the schema is the one it was built for.
grant select on public.dcm_schema_versions to dcm_app;

-- What a connection asks for at its start, and a transaction pooler does not
-- pass on, holds for the login itself: a statement that hangs must not hold a
-- person, nor a forgotten transaction the readers of the whole log. The last one
-- ends also what no other limit does: a pipeline of which half has arrived, from
-- a host that is gone (PostgreSQL 17 has it; before, only the kernel's keepalive
-- notices, which is told to look soon). Only what
-- differs is set: roles belong to all databases of the server, and two
-- migrations that set them at once would refuse each other.
do $$
declare s record;
begin
  for s in
    select r.rolname, wanted.name, wanted.value
    from pg_roles r
    cross join (values ('statement_timeout', '10s'), ('idle_in_transaction_session_timeout', '10s'), ('timezone', 'UTC'),
      ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
      ('transaction_timeout', '15s')) wanted (name, value)
    where exists (select from pg_settings known where known.name = wanted.name)
      and r.oid in (select member from pg_auth_members where roleid = 'dcm_app'::regrole)
      and not coalesce(r.rolconfig @> array[wanted.name || '=' || wanted.value], false)
  loop
    execute format('alter role %I set %I = %L', s.rolname, s.name, s.value);
  end loop;
end $$;
