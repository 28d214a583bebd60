package pgtest_test

import (
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
