-- +goose Up
-- With how many leaves an epoch has begun: what was signed for beyond that, the
-- restore did not bring back. Written by dcm.accept_cluster alone.
alter table dcm.tree_epochs add column began bigint not null default 0 check (began >= 0);
alter table dcm.tree_epochs disable trigger append_only;
update dcm.tree_epochs e set began = coalesce(
  (select max(l.n) + 1 from dcm.tree_leaves l where l.tenant_id = e.tenant_id and l.epoch < e.epoch), 0) where e.epoch > 1;
alter table dcm.tree_epochs enable trigger append_only;

grant create on schema dcm to dcm_across;
set local role dcm_across;
create or replace function dcm.accept_cluster(by_whom text, why text)
  returns table (tenant_id uuid, epoch bigint)
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  with forgotten as (delete from dcm.tree_marks where exists (select from dcm.tree_strangers()))
  insert into dcm.tree_epochs as t (tenant_id, epoch, system_identifier, timeline, accepted_by, reason, began)
  select s.tenant_id, s.epoch + 1, c.system_identifier, c.timeline, by_whom, why,
    coalesce((select l.n + 1 from dcm.tree_leaves l where l.tenant_id = s.tenant_id order by l.n desc limit 1), 0)
  from dcm.tree_strangers() s, dcm.cluster() c
  returning t.tenant_id, t.epoch
$$;
reset role;
revoke create on schema dcm from dcm_across;
