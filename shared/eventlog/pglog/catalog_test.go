package pglog_test

import (
	"strings"
	"testing"

	"dcm.io/shared/pgtest"
	"github.com/jackc/pgx/v5"
)

// tables of the schema: all of them are under Row-Level Security.
func tables(t *testing.T, db *pgtest.DB) []string {
	t.Helper()
	return query[string](t, db, `select relname from pg_class where relnamespace = 'dcm'::regnamespace and relkind in ('r', 'p') order by 1`)
}

func query[T any](t *testing.T, db *pgtest.DB, sql string) []T {
	t.Helper()
	rows, err := db.Connect(t, db.Admin).Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// catalogRules are what must hold for whatever is in the schema, now and later.
var catalogRules = map[string]struct {
	offenders string
	reason    string
}{
	"RowSecurity": {
		offenders: `select relname::text from pg_class where relnamespace = 'dcm'::regnamespace and relkind in ('r', 'p')
			and not (relrowsecurity and relforcerowsecurity)`,
		reason: "every table is under Row-Level Security, for its owner too",
	},
	"Policies": {
		offenders: `select c.relname::text from pg_class c where c.relnamespace = 'dcm'::regnamespace and c.relkind in ('r', 'p')
			and not exists (select from pg_policy p where p.polrelid = c.oid)`,
		reason: "every table has a policy",
	},
	"PoliciesNameTheTenant": {
		offenders: `select tablename || '.' || policyname from pg_policies where schemaname = 'dcm'
			and roles <> '{dcm_across}' and coalesce(qual, '') || coalesce(with_check, '') not like '%dcm.tenant_id%'`,
		reason: "whoever is not the looker-across is held to a tenant",
	},
	"PoliciesOfWriters": {
		offenders: `select tablename || '.' || policyname from pg_policies where schemaname = 'dcm'
			and roles <> '{dcm_across}' and ((cmd in ('INSERT', 'UPDATE', 'ALL') and with_check is null) or (cmd in ('SELECT', 'UPDATE', 'ALL', 'DELETE') and qual is null))`,
		reason: "a policy without a check lets rows be written for another tenant",
	},
	"EveryTableHasATenant": {
		offenders: `select c.relname::text from pg_class c where c.relnamespace = 'dcm'::regnamespace and c.relkind in ('r', 'p')
			and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull)`,
		reason: "there is nothing that belongs to no tenant",
	},
	"Owners": {
		offenders: `select relname::text || ' of ' || pg_get_userbyid(relowner) from pg_class where relnamespace = 'dcm'::regnamespace and relowner <> 'dcm_owner'::regrole
			union all select proname || ' of ' || pg_get_userbyid(proowner) from pg_proc where pronamespace = 'dcm'::regnamespace and proowner not in ('dcm_owner'::regrole, 'dcm_across'::regrole)
			union all select nspname || ' of ' || pg_get_userbyid(nspowner) from pg_namespace where nspname = 'dcm' and nspowner <> 'dcm_owner'::regrole`,
		reason: "an owner can switch policies off; nobody logs in as this one",
	},
	"Powers": {
		offenders: `select rolname::text from pg_roles where rolname like 'dcm%'
			and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
		reason: "no role of DCM stands above the policies",
	},
	"NobodyLogsInAsOwner": {
		offenders: `select rolname::text from pg_roles where rolname in ('dcm_owner', 'dcm_across', 'dcm_app') and rolcanlogin`,
		reason:    "these are not for people or programs",
	},
	"Memberships": {
		offenders: `select pg_get_userbyid(member) || ' in ' || pg_get_userbyid(roleid) from pg_auth_members
			where pg_get_userbyid(member) like 'dcm%' and pg_get_userbyid(roleid) <> 'dcm_app'`,
		reason: "a function is a member of dcm_app and of nothing else",
	},
	"DefinerFunctions": {
		offenders: `select proname::text from pg_proc where pronamespace = 'dcm'::regnamespace and prosecdef
			and (proowner <> 'dcm_across'::regrole or proconfig is null or array_to_string(proconfig, ',') not like '%search_path=pg_catalog, pg_temp%')`,
		reason: "what runs with another's rights has a fixed search path and few rights",
	},
	"NothingForEverybody": {
		offenders: `select relname::text from pg_class where relnamespace = 'dcm'::regnamespace
			and exists (select from aclexplode(relacl) a where a.grantee = 0)
			union all select proname::text from pg_proc where pronamespace = 'dcm'::regnamespace and prosecdef
			and (proacl is null or exists (select from aclexplode(proacl) a where a.grantee = 0))`,
		reason: "rights are given by name",
	},
	"OnlyProvisionSeesCredentials": {
		offenders: `select rolname::text from pg_roles where rolname like 'dcm%' and rolname not in ('dcm_provision', 'dcm_owner')
			and has_table_privilege(rolname, 'dcm.connection_secrets', 'select, insert, update, delete')`,
		reason: "credentials of hypervisors are provision's alone",
	},
	"KeysOnlyGo": {
		offenders: `select rolname || ' ' || p from pg_roles, unnest('{update,delete,truncate}'::text[]) p where rolname like 'dcm%' and rolname <> 'dcm_owner'
			and (has_table_privilege(rolname, 'dcm.person_keys', p) or p = 'update' and has_any_column_privilege(rolname, 'dcm.person_keys', p) and rolname not in ('dcm_submit', 'dcm_operator'))`,
		reason: "submit and the operator destroy keys of people, and nobody else",
	},
	"PlacesAreNotChosen": {
		offenders: `select rolname || ' ' || c from pg_roles, unnest('{xid,position,recorded_at}'::text[]) c where rolname like 'dcm%' and rolname <> 'dcm_owner'
			and has_column_privilege(rolname, 'dcm.facts', c, 'insert')`,
		reason: "where and when a fact was recorded is the database's word",
	},
	"UniqueWithinTheTenant": {
		offenders: `select indexrelid::regclass::text from pg_index where indrelid in (select oid from pg_class where relnamespace = 'dcm'::regnamespace) and indisunique
			and (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) <> 'tenant_id'
			and indexrelid <> 'dcm.facts_order'::regclass -- of what nobody can choose`,
		reason: "a refused row must not tell what other tenants have",
	},
	"LogIsAppendOnly": {
		offenders: `select rolname::text from pg_roles where rolname like 'dcm%' and rolname <> 'dcm_owner'
			and has_table_privilege(rolname, 'dcm.facts', 'update, delete, truncate')`,
		reason: "nobody has the right to rewrite history",
	},
}

func TestCatalog(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if n := len(tables(t, db)); n < 10 {
		t.Fatalf("%d tables in the schema: the test looks at the wrong database", n)
	}
	for name, rule := range catalogRules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if offenders := query[string](t, db, rule.offenders); len(offenders) > 0 {
				t.Errorf("%s: %s", strings.Join(offenders, ", "), rule.reason)
			}
		})
	}
}

// TestCatalogNotices: each rule is broken by something that a migration might do
// without meaning to.
func TestCatalogNotices(t *testing.T) {
	t.Parallel()
	const table = `create table dcm.notes (tenant_id uuid not null, id uuid, primary key (tenant_id, id)); alter table dcm.notes owner to dcm_owner;`
	const secured = table + `alter table dcm.notes enable row level security; alter table dcm.notes force row level security;`
	cases := map[string]struct{ rule, sql, reason string }{
		"NotEnabled":     {"RowSecurity", table, "a table without Row-Level Security"},
		"NotForced":      {"RowSecurity", `alter table dcm.vms no force row level security`, "a table whose owner sees all"},
		"NoPolicy":       {"Policies", secured, "a table that nobody has thought about"},
		"OpenPolicy":     {"PoliciesNameTheTenant", secured + `create policy all_of_it on dcm.notes to dcm_app using (true)`, "a policy that names no tenant"},
		"NoCheck":        {"PoliciesOfWriters", secured + `create policy p on dcm.notes for all to dcm_app using (tenant_id = (select current_setting('dcm.tenant_id')::uuid))`, "a policy that does not say what may be written"},
		"NoTenant":       {"EveryTableHasATenant", `create table dcm.sizes (id uuid primary key)`, "a table that belongs to no tenant"},
		"Owner":          {"Owners", `alter table dcm.vms owner to dcm_web`, "a table that a login owns"},
		"Definer":        {"DefinerFunctions", `create function dcm.peek() returns bigint language sql security definer as 'select count(*) from dcm.facts'`, "a function with a superuser's rights and the caller's path"},
		"Everybody":      {"NothingForEverybody", `grant select on dcm.vms to public`, "a right that was not given by name"},
		"Credentials":    {"OnlyProvisionSeesCredentials", `grant select on dcm.connection_secrets to dcm_web`, "credentials that another may read"},
		"Keys":           {"KeysOnlyGo", `grant update (wrapped) on dcm.person_keys to dcm_web`, "another who may destroy keys of people"},
		"Rewriting":      {"LogIsAppendOnly", `grant update on dcm.facts to dcm_operator`, "a right to rewrite history"},
		"Places":         {"PlacesAreNotChosen", `grant insert on dcm.facts to dcm_submit`, "a right to choose places in the log"},
		"GloballyUnique": {"UniqueWithinTheTenant", `create unique index on dcm.requests (name)`, "a refusal that tells of other tenants"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			if _, err := db.Connect(t, db.Admin).PgConn().Exec(t.Context(), tc.sql).ReadAll(); err != nil {
				t.Fatal(err)
			}
			if offenders := query[string](t, db, catalogRules[tc.rule].offenders); len(offenders) == 0 {
				t.Errorf("%s does not notice %s", tc.rule, tc.reason)
			}
		})
	}
}
