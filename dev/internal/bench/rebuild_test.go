package bench

import (
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
)

// TestRebuild: the measurement itself works, on a short log.
func TestRebuild(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	rows, err := Rebuild(t.Context(), db.Admin, db.URL(pgtest.Role(event.Operator)), 800)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if t.Log(r.Name, r.Value, r.Unit, r.Note); r.Value <= 0 {
			t.Errorf("%s: nothing was measured", r.Name)
		}
	}
}
