package readmodel_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

func TestRequestAsItStands(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.submit(acme, ada, "shop-1", noon)
	receipt := event.Receipt{Policy: "default", Version: 1, Rule: "needs-approver", Outcome: "require", Inputs: map[string]any{"size": "M"}}
	b.record(acme, id, noon.Add(time.Minute), event.ApprovalOpened{Receipt: receipt, Role: "approver", DueAt: noon.Add(time.Hour)})
	reason := event.Sealed{Person: bob, Box: []byte("closed")}
	b.record(acme, id, noon.Add(2*time.Minute), event.ApprovalGranted{By: bob, Receipt: receipt, Comment: reason})
	b.record(acme, id, noon.Add(3*time.Minute),
		event.ProvisioningStarted{VM: uuid.New(), VMName: "shop-1-x"},
		event.ProvisioningFailed{Step: "clone", Code: "insufficient_resources", Detail: "no room", Retryable: true})

	r, err := b.requests().Get(t.Context(), acme, id)
	if err != nil {
		t.Fatal(err)
	}
	if r.State != "failed" || r.Version != 5 || *r.Role != "approver" || *r.DecidedBy != bob || r.Failure == nil || !r.Failure.Retryable {
		t.Errorf("got %+v", r)
	}
	if r.Receipt.Rule != "needs-approver" || r.Receipt.Inputs["size"] != "M" {
		t.Errorf("the receipt is %+v", r.Receipt)
	}
	if r.Reason.Person != bob || string(r.Reason.Box) != "closed" || r.Justification.Person != ada {
		t.Error("a sealed text must say whose key opens it")
	}
	if _, err := b.requests().Get(t.Context(), globex, id); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("another tenant got %v", err)
	}
}

func TestListRequests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submit(acme, ada, "web-1", noon)
	b.submit(acme, ada, "web-2", noon.Add(time.Minute))
	b.submit(acme, bob, "web-3", noon.Add(2*time.Minute))
	b.submit(acme, ada, "db-1", noon.Add(3*time.Minute))
	withdrawn := b.submit(acme, ada, "db-2", noon.Add(4*time.Minute))
	b.record(acme, withdrawn, noon.Add(5*time.Minute), event.RequestWithdrawn{By: ada})
	b.submit(globex, event.PersonID(globex, "gwen"), "web-9", noon)

	cases := map[string]struct {
		reason string
		filter readmodel.RequestFilter
		want   []string
	}{
		"Mine":     {"only the requester's, newest first", readmodel.RequestFilter{Requester: ada}, []string{"db-2", "db-1", "web-2", "web-1"}},
		"All":      {"all of the tenant and of no other", readmodel.RequestFilter{}, []string{"db-2", "db-1", "web-3", "web-2", "web-1"}},
		"Oldest":   {"the other way round", readmodel.RequestFilter{Order: readmodel.Oldest}, []string{"web-1", "web-2", "web-3", "db-1", "db-2"}},
		"ByName":   {"by name", readmodel.RequestFilter{Order: readmodel.ByName}, []string{"db-1", "db-2", "web-1", "web-2", "web-3"}},
		"States":   {"only those on their way", readmodel.RequestFilter{States: []string{"submitted", "waiting"}}, []string{"db-1", "web-3", "web-2", "web-1"}},
		"Prefix":   {"what the name begins with", readmodel.RequestFilter{Prefix: "web-"}, []string{"web-3", "web-2", "web-1"}},
		"Wildcard": {"a prefix is text, not a pattern", readmodel.RequestFilter{Prefix: "%"}, nil},
		"Together": {"filters add up", readmodel.RequestFilter{Requester: ada, Prefix: "db", States: []string{"withdrawn"}}, []string{"db-2"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.filter.Limit = 100
			rows, err := b.requests().List(t.Context(), acme, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			if got := names(rows); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v: %s", got, c.want, c.reason)
			}
		})
	}
}

// Whatever is submitted while somebody pages, no request of the first moment is
// shown twice or left out; requests of the same instant are told apart by id.
func TestPagesNeitherRepeatNorSkip(t *testing.T) {
	t.Parallel()
	for _, order := range []string{readmodel.Newest, readmodel.Oldest, readmodel.ByName} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			want := map[string]int{}
			for i := range 23 {
				name := fmt.Sprintf("vm-%02d", i*7%23)
				b.submit(acme, ada, name, noon.Add(time.Duration(i/4)*time.Second)) // four at once
				want[name]++
			}
			f := readmodel.RequestFilter{Requester: ada, Order: order, Limit: 5}
			for page := 0; ; page++ {
				rows, err := b.requests().List(t.Context(), acme, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					want[r.Name]--
				}
				if len(rows) < f.Limit {
					break
				}
				last := rows[len(rows)-1]
				f.After = readmodel.Mark{At: last.SubmittedAt, Name: last.Name, ID: last.ID}
				// In front of every order's next page, so that an offset would slip.
				late := map[string]time.Time{readmodel.Newest: noon.Add(time.Hour), readmodel.Oldest: noon.Add(-time.Hour), readmodel.ByName: noon}
				b.submit(acme, ada, fmt.Sprintf("a-late-%d", page), late[order])
			}
			for name, left := range want {
				if left != 0 {
					t.Errorf("%s was shown %d times", name, 1-left)
				}
			}
		})
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submit(acme, ada, "one", noon)
	b.submit(acme, ada, "two", noon)
	b.record(acme, uuid.New(), noon, event.RequestSubmitted{Requester: bob, Project: "archive", Name: "three", OS: "linux"})
	for who, want := range map[uuid.UUID][]string{ada: {"web-shop"}, bob: {"archive"}, uuid.Nil: {"archive", "web-shop"}} {
		got, err := b.requests().Projects(t.Context(), acme, who)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v %v, want %v", got, err, want)
		}
	}
}
