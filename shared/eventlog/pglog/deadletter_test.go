package pglog_test

import (
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
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
	if err := operator.Replay(t.Context(), d.Work); err != nil {
		t.Fatal(err)
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
