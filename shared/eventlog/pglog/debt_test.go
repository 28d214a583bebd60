package pglog_test

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// TestDebts: web learns how much is owed to all tenants together, and nobody
// learns more.
func TestDebts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	web, approve := db.Log(t, event.Web), db.Log(t, event.Approve)
	if debts, err := web.Debts(t.Context()); err != nil || len(debts) != 0 {
		t.Fatalf("an empty log owes %+v, %v", debts, err)
	}
	for range 2 { // in each of two tenants
		r := submission(uuid.Must(uuid.NewV7()))
		if _, err := db.Log(t, event.Submit).Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		later := eventlog.Record{
			Key: r.Key, Cause: eventlog.Cause{ID: "later", CorrelationID: "later", Actor: event.By(event.Provision), By: event.Provision, At: time.Now()},
			Timers: []eventlog.Timer{{Kind: "observe", Due: time.Now().Add(time.Hour)}},
		}
		if _, err := db.Log(t, event.Provision).Append(t.Context(), later); err != nil {
			t.Fatal(err)
		}
	}
	owed, err := approve.Owed(t.Context(), event.Approve, 1)
	if err != nil || len(owed) != 1 {
		t.Fatalf("%+v, %v", owed, err)
	}
	w, _, _, err := approve.Take(t.Context(), event.Approve, owed[0].Key.Tenant, owed[0].Fact)
	if err != nil {
		t.Fatal(err)
	}
	if err := approve.Fail(t.Context(), w, "no docket", 0, true); err != nil {
		t.Fatal(err)
	}
	debts, err := web.Debts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[event.Function]pglog.Debt{}
	for _, d := range debts {
		if (d.Owed > 0) != (d.Oldest > 0) {
			t.Errorf("%+v: the oldest has an age if there is one", d)
		}
		d.Oldest = 0
		got[d.Function] = d
	}
	for _, want := range []pglog.Debt{
		{Function: event.Approve, Owed: 1, Dead: 1}, {Function: event.Notify, Owed: 2}, {Function: event.Provision},
	} {
		if got[want.Function] != want {
			t.Errorf("%+v, want %+v", got[want.Function], want)
		}
	}
	if p := web.Pool(); p.Max < 1 || p.Busy != 0 || p.Idle < 1 {
		t.Errorf("pool %+v: one connection was made, and none is in use", p)
	}
	for _, f := range []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.AuditExport} {
		if _, err := db.Log(t, f).Debts(t.Context()); err == nil {
			t.Errorf("%s saw what all functions owe", f)
		}
	}
}
