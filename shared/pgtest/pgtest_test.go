package pgtest_test

import (
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
)

func TestNew(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		role   event.Function
		reason string
	}{
		"Submit":      {role: event.Submit, reason: "a function logs in with its own role"},
		"AuditExport": {role: event.AuditExport, reason: "a role has underscores where the function has hyphens"},
		"Operator":    {role: event.Operator, reason: "dcmctl has a role too"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			var who string
			var facts int
			conn := db.Connect(t, db.URL(pgtest.Role(tc.role)))
			err := conn.QueryRow(t.Context(), `select session_user, (select count(*) from pg_tables where schemaname = 'dcm' and tablename = 'facts')`).Scan(&who, &facts)
			if err != nil {
				t.Fatal(err)
			}
			if who != pgtest.Role(tc.role) || facts != 1 {
				t.Errorf("logged in as %s with %d tables facts: %s", who, facts, tc.reason)
			}
		})
	}
}

// TestEmptied: what one test has left is not there for the next, whether its
// database is used again or not.
func TestEmptied(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, leaves := range []string{
		`insert into dcm.tenants values (gen_random_uuid(), 'acme', 'Acme', 'de')`,
		`alter table dcm.facts no force row level security`,
		`alter table dcm.facts disable trigger append_only`,
		`create table public.left_behind (n int)`,
		`insert into public.dcm_schema_versions (version_id, is_applied) values (999, true)`,
		`drop policy tenant_reads on dcm.facts`,
		`grant all on dcm.facts to dcm_submit`,
		`begin; lock table dcm.facts`, // and goes away without an end
		`select 1`,
	} {
		t.Run("", func(t *testing.T) {
			db := pgtest.New(t)
			conn := db.Connect(t, db.Admin)
			var found string
			err := conn.QueryRow(t.Context(), `select current_database() || ' ' || (select count(*) from dcm.tenants) || (select count(*) from pg_tables where tablename = 'left_behind')
				|| relforcerowsecurity || has_table_privilege('dcm_submit', 'dcm.facts', 'delete') || (select count(*) from pg_policies) || (select max(version_id) from public.dcm_schema_versions) || (select count(*) from pg_trigger where tgenabled = 'D')
				from pg_class where oid = 'dcm.facts'::regclass`).Scan(&found)
			if err != nil {
				t.Fatal(err)
			}
			_, state, _ := strings.Cut(found, " ")
			seen = append(seen, state)
			if _, err := conn.PgConn().Exec(t.Context(), leaves).ReadAll(); err != nil {
				t.Fatal(err)
			}
		})
	}
	for i, state := range seen {
		if state != seen[0] {
			t.Errorf("database %d was %s, the first was %s", i, state, seen[0])
		}
	}
}
