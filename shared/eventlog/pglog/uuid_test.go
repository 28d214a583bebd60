package pglog_test

import (
	"slices"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// TestIDs: what is written as an id is the id that the database has, and comes
// back as it.
func TestIDs(t *testing.T) {
	t.Parallel()
	log := pgtest.New(t).Log(t, event.Web)
	a, b := uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a"), uuid.New()
	type ids struct {
		text   string
		one    uuid.UUID
		some   []uuid.UUID
		maybe  *uuid.UUID
		absent *uuid.UUID
		kept   uuid.UUID // NULL leaves it as it is
	}
	got, err := pglog.Select(t.Context(), log, a, func(row pglog.Row) (r ids, err error) {
		r.kept = b
		err = row.Scan(&r.text, &r.one, &r.some, &r.maybe, &r.absent, &r.kept)
		return r, err
	}, `select $1::uuid::text, $1, $2::uuid[], $3::uuid, $4::uuid, null::uuid`, a, []uuid.UUID{a, b}, &b, (*uuid.UUID)(nil))
	if err != nil {
		t.Fatal(err)
	}
	r := got[0]
	if r.text != a.String() || r.one != a || !slices.Equal(r.some, []uuid.UUID{a, b}) || r.maybe == nil || *r.maybe != b || r.absent != nil || r.kept != b {
		t.Errorf("%+v", r)
	}
}
