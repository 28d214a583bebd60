package checker_test

import (
	"slices"
	"strings"
	"testing"

	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// TestPlantedInTheDatabase: what is planted as the superuser is found there, and
// nothing where nothing was.
func TestPlantedInTheDatabase(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		sql    string
		by     checker.Check
		words  string
	}{
		"AllIsWell":   {"no false alarm", ``, "", ""},
		"RowChanged":  {"the read model says more than the log", `update dcm.requests set size = 'XL' where project = 'canary-acme'`, checker.U4, "changed [size]"},
		"RowMissing":  {"or less", `delete from dcm.requests where project = 'canary-acme'`, checker.U4, "missing"},
		"CanaryMoved": {"a row of acme's in the other's name", `update dcm.requests set project = 'canary-acme'`, checker.U7, "have the canary"},
		"CanaryBytes": {"also where it is bytes", `update dcm.requests set justification = 'canary-acme' where project = 'canary-globex'`, checker.U7, "have the canary"},
		"OwnerSees":   {"the owner is not bound", `alter table dcm.facts no force row level security`, checker.U7, "dcm_owner as tenant"},
		"AllSee":      {"nobody is bound", `alter table dcm.requests disable row level security`, checker.U7, "rows of others in requests"},
		"AllWrite":    {"what is written is not looked at", `drop policy tenant_appends on dcm.facts; create policy tenant_appends on dcm.facts for insert to dcm_app with check (true)`, checker.U7, "writes a row of tenant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			canaries := checker.Canaries{acme: "canary-acme", globex: "canary-globex"}
			for tenant, canary := range canaries {
				_, err := db.Log(t, event.Submit).Append(t.Context(), eventlog.Record{
					Key: eventlog.Key{Tenant: tenant, Stream: uuid.New()}, Cause: eventlog.Cause{ID: canary, By: event.Submit}, Facts: []event.Fact{event.RequestSubmitted{Project: canary}},
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			conn := db.Connect(t, db.Admin)
			if _, err := conn.Exec(t.Context(), tc.sql); err != nil {
				t.Fatal(err)
			}
			found, _, err := checker.ReadModel(t.Context(), db.URL("dcm_operator"))
			if err != nil {
				t.Fatal(err)
			}
			apart, tried, err := checker.Apart(t.Context(), conn, canaries)
			if err != nil || tried < 100 {
				t.Fatalf("%d attempts, %v", tried, err)
			}
			found = append(found, apart...)
			if tc.by == "" && len(found) > 0 {
				t.Errorf("%s, and yet %+v", tc.reason, found)
			}
			if tc.by != "" && !slices.ContainsFunc(found, func(v checker.Violation) bool { return v.Check == tc.by && strings.Contains(v.Detail, tc.words) }) {
				t.Errorf("%s: want %s to say %q, got %+v", tc.reason, tc.by, tc.words, found)
			}
			w, err := checker.Read(t.Context(), conn)
			if err != nil || len(w.Facts) != 2 || len(w.Work) != 4 {
				t.Errorf("read %d facts and %d pieces of work, %v; want 2 and 4", len(w.Facts), len(w.Work), err)
			}
		})
	}
}
