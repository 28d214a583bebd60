package readmodel_test

import (
	"context"
	"slices"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// newContext is for code that property tests share with others.
func newContext() context.Context { return context.Background() }

// A fold is what the screens may say of a request, in the plainest way: the
// model that the table is compared with.
type fold struct {
	State, Step, Decision, DecidedBy, VMName string
	Stalled, Failed, Started, Finished, Due  bool
	Version                                  int64
	Machines                                 int
}

// evolve is the specification: one line for each fact.
func (f fold) evolve(e event.Envelope) fold {
	switch x := e.Fact.(type) {
	case event.RequestSubmitted:
		f.State = "submitted"
	case event.RequestWithdrawn:
		f.State = "withdrawn"
	case event.RequestRetried:
		f.State, f.Stalled, f.Failed, f.Finished = "approved", false, false, false
	case event.ApprovalOpened:
		f.State, f.Due = "waiting", true
	case event.ApprovalGranted:
		f.State, f.Decision, f.DecidedBy = "approved", "approve", ""
		if !x.Automatic {
			f.DecidedBy = x.By.String()
		}
	case event.ApprovalRejected:
		f.State, f.Decision, f.DecidedBy = "rejected", "reject", x.By.String()
	case event.ApprovalExpired:
		f.State = "expired"
	case event.ProvisioningStarted:
		f.State, f.Step, f.VMName, f.Started = "provisioning", "clone", x.VMName, true
	case event.ProvisioningAdvanced:
		f.State, f.Step, f.Stalled = "provisioning", x.Step, false
	case event.ProvisioningStalled:
		f.Stalled = true
	case event.ProvisioningSucceeded:
		f.State, f.Step, f.Stalled, f.Finished = "ready", "done", false, true
		f.Machines++
	case event.ProvisioningFailed:
		f.State, f.Stalled, f.Failed, f.Finished = "failed", false, true, true
	default:
		return f // reminders and the like change no row
	}
	f.Version = e.Version
	return f
}

const selectFold = `
select state, coalesce(step, ''), coalesce(decision, ''), coalesce(decided_by::text, ''), coalesce(vm_name, ''),
	stalled is not null, failure is not null, started_at is not null, finished_at is not null, due_at is not null, version,
	(select count(*) from dcm.vms v where v.tenant_id = r.tenant_id and v.request_id = r.request_id)
from dcm.requests r where r.tenant_id = $1 and r.request_id = $2`

// TestFoldIsTable: whatever facts come, in whatever order, the table says what
// the facts say.
func TestFoldIsTable(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, pgtest.New(t))
	later := rapid.SampledFrom([]event.Fact{
		event.RequestWithdrawn{By: anna},
		event.RequestRetried{By: anna},
		opened, reminded, granted,
		event.ApprovalGranted{Automatic: true, Receipt: receipt},
		rejected,
		event.ApprovalExpired{DueAt: due},
		started, advanced,
		event.ProvisioningAdvanced{Step: "address"},
		stalled, succeeded, failed,
	})
	rapid.Check(t, func(rt *rapid.T) {
		r.stream()
		want := fold{}.evolve(r.append(rt, submitted))
		for _, f := range rapid.SliceOfN(later, 0, 12).Draw(rt, "facts") {
			if s, ok := f.(event.ProvisioningSucceeded); ok {
				s.VM = uuid.New() // each success makes a machine of its own
				f = s
			}
			want = want.evolve(r.append(rt, f))
		}
		got, err := pglog.Select(newContext(), r.logs[event.Web], r.key.Tenant, func(row pglog.Row) (f fold, err error) {
			err = row.Scan(&f.State, &f.Step, &f.Decision, &f.DecidedBy, &f.VMName, &f.Stalled, &f.Failed, &f.Started, &f.Finished, &f.Due, &f.Version, &f.Machines)
			return f, err
		}, selectFold, r.key.Tenant, r.key.Stream)
		if err != nil {
			rt.Fatalf("read: %v", err)
		}
		if len(got) != 1 || got[0] != want {
			rt.Fatalf("table %+v\nfacts %+v", got, want)
		}
	})
}

// TestEveryFactProjects or is known to change nothing: a new fact must not be
// forgotten.
func TestEveryFactProjects(t *testing.T) {
	t.Parallel()
	silent := []event.Type{"io.dcm.approval.reminded.v1", "io.dcm.audit.downloaded.v1", "io.dcm.access.denied.v1", "io.dcm.work.replayed.v1", "io.dcm.work.reopened.v1", "io.dcm.log.moved.v1", "io.dcm.person.exported.v1"}
	for _, entry := range event.Catalog {
		kind := entry.Zero.EventType()
		changes := len(readmodel.Project(event.Envelope{Type: kind, Fact: entry.Zero}))
		if quiet := slices.Contains(silent, kind); quiet != (changes == 0) {
			t.Errorf("%s makes %d changes", kind, changes)
		}
	}
}
