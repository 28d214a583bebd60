package pglog_test

import (
	"errors"
	"slices"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// TestConflictUndoesEverything: facts, owed work, timers and read model stand or
// fall together, wherever the failure is.
func TestConflictUndoesEverything(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := db.Log(t, event.Submit)
	r := submission(uuid.Must(uuid.NewV7()))
	if _, err := log.Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	state := func() []string {
		return query[string](t, db, `select version || ' ' || type from dcm.facts union all select 'request ' || state from dcm.requests
			union all select function || ' ' || kind || due_at from dcm.work order by 1`)
	}
	before := state()
	broken := func(event.Envelope) []pglog.Statement {
		return []pglog.Statement{
			{SQL: `update dcm.requests set state = 'withdrawn' where tenant_id = $1`, Args: []any{r.Key.Tenant}},
			{SQL: `update dcm.requests set state = 1/0::int::text`},
		}
	}
	badProjection, err := pglog.Open(t.Context(), pglog.Config{URL: db.URL("dcm_submit")}, broken)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(badProjection.Close)
	stale := eventlog.Record{Key: r.Key, Cause: eventlog.Cause{ID: "c2", By: event.Submit}, Facts: []event.Fact{event.RequestWithdrawn{By: person}}, Timers: []eventlog.Timer{{Kind: "look"}}}
	twice := r
	twice.Cause.ID = "c3"
	twice.Expect = headOf(t, log, r.Key)
	cases := map[string]struct {
		log    *pglog.Log
		record eventlog.Record
		kind   fault.Kind
	}{
		"Conflict":       {log: log, record: stale, kind: fault.Conflict},
		"BadProjection":  {log: badProjection, record: twice, kind: fault.Internal},
		"KeyOfReadModel": {log: log, record: twice, kind: fault.Internal}, // a request submitted twice is a bug, not a conflict
	}
	for name, tc := range cases {
		if _, err := tc.log.Append(t.Context(), tc.record); err == nil || fault.KindOf(err) != tc.kind {
			t.Errorf("%s: got %v, want kind %d", name, err, tc.kind)
		}
		if after := state(); !slices.Equal(before, after) {
			t.Errorf("%s: now %v, before %v", name, after, before)
		}
	}
}

func headOf(t *testing.T, log *pglog.Log, key eventlog.Key) eventlog.Head {
	t.Helper()
	stream, err := log.Read(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return eventlog.HeadOf(stream)
}

// TestUnreadableRow: what cannot be read will not be readable later either.
func TestUnreadableRow(t *testing.T) {
	t.Parallel()
	log := pgtest.New(t).Log(t, event.Submit)
	bad := errors.New("bad row")
	_, err := pglog.Select(t.Context(), log, uuid.New(), func(pglog.Row) (int, error) { return 0, bad }, `select 1`)
	if !errors.Is(err, bad) || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v, want an internal fault that is not tried for ever", err)
	}
}
