package readmodel_test

import (
	"slices"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

func TestQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := func(tenant, requester uuid.UUID, name string, at time.Time) uuid.UUID {
		id := b.submit(tenant, requester, name, at)
		b.record(tenant, id, at, event.ApprovalOpened{Role: "approver", DueAt: at.Add(time.Hour)})
		return id
	}
	open(acme, ada, "second", noon.Add(time.Minute))
	open(acme, ada, "first", noon)
	open(acme, bob, "own", noon)
	decided := open(acme, ada, "decided", noon)
	b.record(acme, decided, noon, event.ApprovalRejected{By: bob})
	b.submit(acme, ada, "not-open", noon)
	open(globex, event.PersonID(globex, "gwen"), "theirs", noon)

	rows, err := b.requests().Waiting(t.Context(), acme, bob, readmodel.Mark{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(rows); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("got %v: the queue is what waits for others, oldest first", got)
	}
	next, err := b.requests().Waiting(t.Context(), acme, bob, readmodel.Mark{At: rows[0].SubmittedAt, ID: rows[0].ID}, 10)
	if err != nil || !slices.Equal(names(next), []string{"second"}) {
		t.Errorf("got %v %v behind the first", names(next), err)
	}
	n, err := b.requests().CountWaiting(t.Context(), acme, bob)
	if err != nil || n != 2 {
		t.Errorf("counted %d %v", n, err)
	}
}

func TestStandings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submit(acme, ada, "open-1", noon)
	b.submit(acme, ada, "open-2", noon.Add(time.Minute))
	for i, name := range []string{"vm-1", "vm-2"} {
		id := b.submit(acme, ada, name, noon.Add(time.Duration(10+i)*time.Minute))
		b.record(acme, id, noon, event.ProvisioningSucceeded{VM: event.DeriveID(acme, "vm", name), VMName: name, Address: "10.0.0.1"})
	}
	got, err := b.requests().Standings(t.Context(), acme, []uuid.UUID{ada, bob})
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for _, s := range got {
		want := readmodel.Standing{Requester: bob}
		if s.Requester == ada {
			want = readmodel.Standing{Requester: ada, Open: 2, VMs: 2, MonthlyCents: 7200}
		}
		if s != want {
			t.Errorf("got %+v, want %+v", s, want)
		}
	}
	latest, err := b.requests().Latest(t.Context(), acme, []uuid.UUID{ada, bob}, 3)
	if err != nil || !slices.Equal(names(latest), []string{"vm-2", "vm-1", "open-2"}) {
		t.Errorf("got %v %v", names(latest), err)
	}
}
