package pglog_test

import (
	"errors"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestReplay(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	approve, operator := db.Log(t, event.Approve), db.Log(t, event.Operator)
	for range 2 { // a dead letter in each of two tenants
		r := submission(uuid.Must(uuid.NewV7()))
		recorded, err := db.Log(t, event.Submit).Append(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		w, _, _, err := approve.Take(t.Context(), event.Approve, r.Key.Tenant, recorded[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := approve.Fail(t.Context(), w, "no docket", 0, true); err != nil {
			t.Fatal(err)
		}
	}
	dead, err := operator.DeadLetters(t.Context(), 10)
	if err != nil || len(dead) != 2 {
		t.Fatalf("%d dead letters, %v; want those of both tenants", len(dead), err)
	}
	d := dead[0]
	if d.Function != event.Approve || d.Reason != "no docket" || d.Attempt != 1 || d.Since.IsZero() {
		t.Errorf("dead letter %+v", d)
	}
	again := func() error {
		_, err := operator.Append(t.Context(), eventlog.Record{
			Key: eventlog.Key{Tenant: d.Key.Tenant, Stream: uuid.Must(uuid.NewV7())}, Replays: &d.Work,
			Facts: []event.Fact{event.WorkReopened{Function: string(d.Function)}}, Cause: eventlog.Cause{ID: uuid.NewString(), By: event.Operator},
		})
		return err
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
	if err := again(); !errors.Is(err, eventlog.ErrNotDead) {
		t.Errorf("replayed what is not dead: %v", err)
	}
	if w, _, ok, err := approve.Take(t.Context(), event.Approve, d.Key.Tenant, d.Fact); !ok || err != nil || w.Attempt != 1 {
		t.Errorf("took %+v, %v, %v; want it owed again from the first attempt", w, ok, err)
	}
	if rest, err := operator.DeadLetters(t.Context(), 10); err != nil || len(rest) != 1 || rest[0].Key != dead[1].Key {
		t.Errorf("left are %+v, %v; want the other one", rest, err)
	}
	if _, err := approve.DeadLetters(t.Context(), 10); err == nil {
		t.Error("a function saw the dead letters of all")
	}
}

// TestReplayIsTheTenants: what dcm.replay lets nobody do.
func TestReplayIsTheTenants(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	submit, notify := db.Log(t, event.Submit), db.Log(t, event.Notify)
	r := submission(uuid.Must(uuid.NewV7()))
	recorded, err := submit.Append(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	w, _, _, err := notify.Take(t.Context(), event.Notify, r.Key.Tenant, recorded[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := notify.Fail(t.Context(), w, "no template", 0, true); err != nil {
		t.Fatal(err)
	}
	theirs := w
	theirs.Key.Tenant = uuid.Must(uuid.NewV7())
	if d, ok, err := submit.DeadLetter(t.Context(), theirs); ok || err != nil {
		t.Errorf("another tenant finds %+v, %v", d, err)
	}
	if d, ok, err := submit.DeadLetter(t.Context(), w); !ok || err != nil || d.Reason != "no template" || d.Attempt != 1 {
		t.Errorf("its own finds %+v, %v, %v", d, ok, err)
	}
	cases := map[string]struct {
		reason string
		by     event.Function
		tenant uuid.UUID // that is named
		of     uuid.UUID // whose letter it is said to be
		code   string
	}{
		"AsAnother":     {"in another's house there is no such letter", event.Submit, theirs.Key.Tenant, theirs.Key.Tenant, "DCM01"},
		"FromAnother":   {"naming the tenant in the call does not help", event.Submit, theirs.Key.Tenant, r.Key.Tenant, "DCM01"},
		"OtherFunction": {"only submit takes the command", event.Approve, r.Key.Tenant, r.Key.Tenant, "42501"},
		"Web":           {"least of all the portal's login", event.Web, r.Key.Tenant, r.Key.Tenant, "42501"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := db.Log(t, tc.by).Exec(t.Context(), tc.tenant, pglog.Statement{
				SQL: `select dcm.replay($1, 'notify', $2, $3, '')`, Args: []any{tc.of, w.Key.Stream, w.Fact},
			})
			var pg *pgconn.PgError
			if !errors.As(err, &pg) || pg.Code != tc.code {
				t.Errorf("%s: got %v, want SQLSTATE %s", tc.reason, err, tc.code)
			}
		})
	}
	if _, ok, err := submit.DeadLetter(t.Context(), w); !ok || err != nil {
		t.Errorf("the letter is not dead any more: %v, %v", ok, err)
	}
}
