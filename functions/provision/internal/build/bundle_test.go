package build_test

import (
	"reflect"
	"testing"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

var (
	tenant     = uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce")
	request    = uuid.MustParse("0197f3a0-0000-5000-8000-0000000000aa")
	machine    = uuid.MustParse("0197f3a0-0000-5000-8000-0000000000bb")
	connection = uuid.MustParse("0197f3a0-0000-5000-8000-00000000c0de")
	start      = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	submitted = event.RequestSubmitted{Name: "web", OS: "linux", VCPU: 2, RAMGiB: 4, DiskGiB: 50, Connection: connection}
	unstarted = fact(0, submitted)
)

// vm is what package placement makes of the request.
var vm = func() placement.VM {
	vm, err := placement.Specify(placement.Order{
		RequestID: request, TenantID: tenant, Tenant: "acme", Name: "web", OS: placement.Linux,
		Template: "/dc/vm/linux", Network: "/dc/network/lan", VCPU: 2, RAMGiB: 4, DiskGiB: 50,
	}, placement.Site{Folder: "/dc/vm", ResourcePool: "/dc/host/pool", Datastore: "/dc/datastore/store"})
	if err != nil {
		panic(err)
	}
	return vm
}()

// An entry is a fact and when it was recorded, counted from start.
type entry struct {
	after time.Duration
	fact  event.Fact
}

func fact(after time.Duration, f event.Fact) entry { return entry{after, f} }

func fold(given ...entry) build.State {
	var stream []event.Envelope
	for i, g := range given {
		stream = append(stream, event.Envelope{
			Tenant: tenant, Stream: request, Version: int64(i + 1), Type: g.fact.EventType(), OccurredAt: start.Add(g.after), Fact: g.fact,
		})
	}
	return build.Decider.Fold(stream)
}

func begin(after time.Duration) build.Begin {
	return build.Begin{ID: machine, Connection: connection, VM: vm, Now: start.Add(after)}
}

// begun is a request whose build began at start.
func begun(t *testing.T, then ...entry) []entry {
	t.Helper()
	out := decide(t, fold(unstarted), begin(0))
	if len(out.Facts) != 1 {
		t.Fatalf("begin: %+v", out)
	}
	return append([]entry{unstarted, fact(0, out.Facts[0])}, then...)
}

func decide(t *testing.T, s build.State, cmd build.Command) decider.Outcome {
	t.Helper()
	out, err := build.Decider.Decide(s, cmd)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// want compares the outcome with facts and the pause until the next look,
// counted from now; a negative pause means that there is none.
func want(t *testing.T, reason string, out decider.Outcome, now, pause time.Duration, facts ...event.Fact) {
	t.Helper()
	var timers []eventlog.Timer
	if pause >= 0 {
		timers = []eventlog.Timer{{Kind: build.Timer, Due: start.Add(now + pause)}}
	}
	if !reflect.DeepEqual(out.Facts, facts) || !reflect.DeepEqual(out.Timers, timers) {
		t.Errorf("%s: want %+v and %v, got %+v", reason, facts, timers, out)
	}
}

const never = -1 * time.Second

func advanced(step placement.Step, task string) event.ProvisioningAdvanced {
	return event.ProvisioningAdvanced{Step: string(step), Task: task}
}

func stalled(step placement.Step, f placement.Fault) event.ProvisioningStalled {
	return event.ProvisioningStalled{Step: string(step), Code: string(f.Code), Detail: f.Detail}
}

func abandoned(step placement.Step, f placement.Fault) event.ProvisioningAbandoned {
	return event.ProvisioningAbandoned{Step: string(step), Code: string(f.Code), Detail: f.Detail, Retryable: f.Code != placement.DuplicateUUID}
}

func failed(step placement.Step, f placement.Fault, rolledBack bool) event.ProvisioningFailed {
	return event.ProvisioningFailed{Step: string(step), Code: string(f.Code), Detail: f.Detail, Retryable: f.Code != placement.DuplicateUUID, RolledBack: rolledBack}
}

var (
	down      = placement.Fault{Code: placement.Unreachable, Detail: "no answer", Transient: true}
	busy      = placement.Fault{Code: placement.Busy, Detail: "somebody else", Transient: true}
	stopped   = placement.Fault{Code: placement.Interrupted, Detail: "interrupted", Transient: true}
	full      = placement.Fault{Code: placement.InsufficientResources, Detail: "the datastore is full"}
	foreign   = placement.Fault{Code: placement.ForeignVM, Detail: "not ours"}
	duplicate = placement.Fault{Code: placement.DuplicateUUID, Detail: "two of them"}
	refused   = placement.Fault{Code: placement.CredentialsRefused, Detail: "wrong password"}
	timeLimit = placement.Fault{Code: "time_limit", Detail: "the step did not end within an hour"}
)
