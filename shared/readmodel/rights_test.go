package readmodel_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/jackc/pgx/v5"
)

// TestRightsAreThoseUsed: a role may write to the read model what its facts
// change, to the verb, and no more. The operator's rebuild replaces rows.
func TestRightsAreThoseUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	verb := regexp.MustCompile(`(insert into|update|delete from) dcm\.(\S+)|(do update) set`)
	for _, entry := range event.Catalog {
		role := pgtest.Role(entry.From)
		for _, s := range readmodel.Project(event.Envelope{Type: entry.Zero.EventType(), Fact: entry.Zero}) {
			table := ""
			for _, m := range verb.FindAllStringSubmatch(s.SQL, -1) {
				if m[3] != "" { // on conflict, of the table that is inserted into
					used[role+" update "+table] = true
					continue
				}
				table = m[2]
				used[role+" "+strings.Fields(m[1])[0]+" "+table] = true
			}
		}
	}
	for _, table := range readmodel.Tables {
		used["dcm_operator insert "+table.Name], used["dcm_operator delete "+table.Name] = true, true
	}
	db := pgtest.New(t)
	rows, err := db.Connect(t, db.Admin).Query(t.Context(), `
		select pg_get_userbyid(a.grantee) || ' ' || lower(a.privilege_type) || ' ' || c.relname
		from pg_class c cross join aclexplode(c.relacl) a
		where c.relnamespace = 'dcm'::regnamespace and c.relkind = 'r' and a.grantee <> 'dcm_owner'::regrole and a.privilege_type <> 'SELECT'
		and c.relname <> all ($1)
		order by 1`, notMade)
	if err != nil {
		t.Fatal(err)
	}
	granted, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Sorted(maps.Keys(used)); !slices.Equal(granted, want) {
		t.Errorf("granted\n%s\nused\n%s", strings.Join(granted, "\n"), strings.Join(want, "\n"))
	}
}
