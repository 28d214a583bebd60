package build

import (
	"time"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// A Phase is where a build stands.
type Phase int

// The phases.
const (
	Idle     Phase = iota // not begun, or ended
	Building              // on the way to a machine
	Removing              // given up; what is half made is being removed
)

// A State is what goes on with a request's machine.
type State struct {
	Phase      Phase
	Connection uuid.UUID
	VM         placement.VM
	Task       string // the hypervisor's reference to the task begun last

	id         uuid.UUID // the machine's id in DCM
	done       bool      // there is a machine
	step       string    // begun last, empty if none was
	stepAt     time.Time // when the step was begun first, or the hypervisor answered again
	progressAt time.Time // when a step was begun last
	stalled    string    // code of the stall, empty if there is none
	stalledAt  time.Time
	abandoned  event.ProvisioningAbandoned
}

// at is the step at which the build stands.
func (s State) at() placement.Step {
	if s.step == "" {
		return placement.StepClone
	}
	return placement.Step(s.step)
}

// Again says that what did not work is due once more: the stall is recorded and
// its pause is over. The task that failed is forgotten for the new one.
func (s State) Again(a placement.Action) bool {
	return a.Kind == placement.Retry && s.stalled != ""
}

// Evolve folds a fact into the state.
func Evolve(s State, e event.Envelope) State {
	switch f := e.Fact.(type) {
	case event.RequestSubmitted:
		s.VM.RequestID, s.VM.TenantID = e.Stream, e.Tenant
		s.VM.OS, s.VM.VCPU, s.VM.RAMGiB, s.VM.DiskGiB = placement.OS(f.OS), f.VCPU, f.RAMGiB, f.DiskGiB
	case event.ProvisioningStarted:
		return started(s, f, e.OccurredAt)
	case event.ProvisioningAdvanced:
		return advanced(s, f, e.OccurredAt)
	case event.ProvisioningStalled:
		s.stalled, s.stalledAt = f.Code, e.OccurredAt
	case event.ProvisioningAbandoned:
		s.Phase, s.abandoned, s.stalled = Removing, f, ""
		s.stepAt, s.progressAt = e.OccurredAt, e.OccurredAt
	case event.ProvisioningFailed:
		s.Phase = Idle
	case event.ProvisioningSucceeded:
		s.Phase, s.done = Idle, true
	}
	return s
}

func started(s State, f event.ProvisioningStarted, at time.Time) State {
	s.Phase, s.Connection, s.id = Building, f.Connection, f.VM
	s.Task, s.step, s.stalled, s.stepAt, s.progressAt = "", "", "", at, at
	s.VM.Name, s.VM.Hostname, s.VM.Domain, s.VM.InstanceUUID = f.VMName, f.Hostname, f.Domain, f.InstanceUUID
	s.VM.Folder, s.VM.ResourcePool, s.VM.Datastore = f.Folder, f.ResourcePool, f.Datastore
	s.VM.TemplatePath, s.VM.NetworkPath = f.TemplatePath, f.NetworkPath
	return s
}

// advanced moves the clock of the step, unless it is the same step tried again:
// with another task.
func advanced(s State, f event.ProvisioningAdvanced, at time.Time) State {
	if f.Step != s.step || f.Task == s.Task {
		s.stepAt = at
	}
	s.step, s.Task, s.progressAt, s.stalled = f.Step, f.Task, at, ""
	return s
}
