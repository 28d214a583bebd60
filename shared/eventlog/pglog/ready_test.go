package pglog_test

import (
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/shared/pgtest"
)

// TestReadyBySchema: a program waits for the schema that it was built for, and
// works on a newer one.
func TestReadyBySchema(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change string
		says   string
		reason string
	}{
		"Same":    {change: `select`, reason: "the migration has run"},
		"Newer":   {change: `insert into public.dcm_schema_versions (version_id, is_applied) values (999, true)`, reason: "the release after this one is being rolled out"},
		"Older":   {change: `delete from public.dcm_schema_versions where version_id = (select max(version_id) from public.dcm_schema_versions)`, says: "run dcmctl migrate", reason: "new code must not meet the old schema"},
		"Nothing": {change: `drop table public.dcm_schema_versions`, says: "dcm_schema_versions", reason: "the database is not DCM's yet"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			if _, err := db.Connect(t, db.Admin).Exec(t.Context(), tc.change); err != nil {
				t.Fatal(err)
			}
			err := db.Log(t, event.Notify).Ready(t.Context())
			if tc.says == "" {
				if err != nil {
					t.Errorf("not ready: %v; %s", err, tc.reason)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Fatalf("got %v, want it to say %q: %s", err, tc.says, tc.reason)
			}
			if name == "Older" && fault.KindOf(err) != fault.Transient {
				t.Errorf("%v is not transient: it mends itself", err)
			}
		})
	}
}
