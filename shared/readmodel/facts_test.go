package readmodel_test

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.Facts{Log: b.web}
	one := b.submit(acme, ada, "one", noon)
	b.submit(acme, ada, "two", noon)
	b.record(acme, one, noon, event.RequestWithdrawn{By: ada})
	b.submit(globex, ada, "theirs", noon)

	cases := map[string]struct {
		reason string
		filter readmodel.FactFilter
		want   int
	}{
		"All":      {"the tenant's and nobody else's", readmodel.FactFilter{}, 3},
		"Type":     {"of one type", readmodel.FactFilter{Type: "io.dcm.request.withdrawn.v1"}, 1},
		"Object":   {"of one stream", readmodel.FactFilter{Stream: one}, 2},
		"Actor":    {"by one actor", readmodel.FactFilter{Actor: event.By(event.Submit).String()}, 3},
		"Nobody":   {"by somebody who did nothing", readmodel.FactFilter{Actor: event.Person(bob).String()}, 0},
		"Recorded": {"by the log's clock, not the producer's", readmodel.FactFilter{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour)}, 3},
		"Earlier":  {"the end is exclusive", readmodel.FactFilter{To: time.Now().Add(-time.Hour)}, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.filter.Limit = 10
			rows, err := q.List(t.Context(), acme, c.filter)
			if err != nil || len(rows) != c.want {
				t.Errorf("got %d %v, want %d: %s", len(rows), err, c.want, c.reason)
			}
		})
	}
	var seen []int64
	for f := (readmodel.FactFilter{Limit: 2}); ; {
		rows, err := q.List(t.Context(), acme, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			seen = append(seen, r.Position)
		}
		if len(rows) < f.Limit {
			break
		}
		f.Before = rows[len(rows)-1].Position
	}
	if len(seen) != 3 || seen[0] <= seen[1] || seen[1] <= seen[2] {
		t.Errorf("paged through positions %v: newest first, each once", seen)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.Changes{Log: b.web}
	start, err := q.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	one := b.submit(acme, ada, "one", noon)
	b.record(acme, one, noon, event.RequestWithdrawn{By: ada})
	theirs := b.submit(globex, bob, "theirs", noon)

	// Transactions of other tests on the same server hold the horizon back.
	var all []readmodel.Change
	for until := time.Now().Add(30 * time.Second); len(all) < 3 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if all, err = q.After(t.Context(), start, 100); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) != 3 || all[0].Stream != one || all[1].Version != 2 || all[2].Tenant != globex || all[2].Stream != theirs {
		t.Fatalf("got %+v: what came later, in order, across tenants", all)
	}
	rest, err := q.After(t.Context(), all[0].Place, 1)
	if err != nil || len(rest) != 1 || rest[0] != all[1] {
		t.Errorf("got %+v %v behind the first", rest, err)
	}
	owners, err := q.Requesters(t.Context(), acme, []uuid.UUID{one, theirs, uuid.New()})
	if err != nil || len(owners) != 1 || owners[one] != ada {
		t.Errorf("got %v %v: another tenant's request is nobody's", owners, err)
	}
	data, err := q.Data(t.Context(), acme, all)
	if err != nil || len(data) != 2 {
		t.Errorf("got %d facts %v", len(data), err)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	d := readmodel.Directory{Log: b.web}
	sealed, err := b.vault().Seal(t.Context(), acme, ada, `{"name":"Ada","email":"ada@acme.test"}`)
	if err != nil {
		t.Fatal(err)
	}
	b.record(acme, ada, noon, event.PersonIntroduced{Person: ada, Profile: sealed, Locale: "de", Roles: []string{"approver", "user"}})
	got, err := d.Profiles(t.Context(), acme, []uuid.UUID{ada, bob})
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for _, p := range got {
		if known := p.ID == ada; p.Known != known || (len(p.Key.Box) > 0) != known {
			t.Errorf("got %+v", p)
		}
	}
	if got, err := d.Profiles(t.Context(), globex, []uuid.UUID{ada}); err != nil || got[0].Known || got[0].Key.Box != nil {
		t.Errorf("another tenant got %+v %v", got, err)
	}
	if got, err := d.ProfilesWithRole(t.Context(), acme, "approver"); err != nil || len(got) != 1 || got[0].Key.Box == nil {
		t.Errorf("got %+v %v", got, err)
	}
}
