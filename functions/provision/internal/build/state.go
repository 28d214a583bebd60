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
	step       string
	progressAt time.Time // when a step was last begun
	stalled    string    // code of the stall, empty if there is none
	abandoned  event.ProvisioningAbandoned
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
		s.step, s.Task, s.progressAt, s.stalled = f.Step, f.Task, e.OccurredAt, ""
	case event.ProvisioningStalled:
		s.stalled = f.Code
	case event.ProvisioningAbandoned:
		s.Phase, s.abandoned, s.progressAt = Removing, f, e.OccurredAt
	case event.ProvisioningFailed:
		s.Phase = Idle
	case event.ProvisioningSucceeded:
		s.Phase, s.done = Idle, true
	}
	return s
}

func started(s State, f event.ProvisioningStarted, at time.Time) State {
	s.Phase, s.Connection, s.id = Building, f.Connection, f.VM
	s.Task, s.step, s.stalled, s.progressAt = "", "", "", at
	s.VM.Name, s.VM.Hostname, s.VM.Domain, s.VM.InstanceUUID = f.VMName, f.Hostname, f.Domain, f.InstanceUUID
	s.VM.Folder, s.VM.ResourcePool, s.VM.Datastore = f.Folder, f.ResourcePool, f.Datastore
	s.VM.TemplatePath, s.VM.NetworkPath = f.TemplatePath, f.NetworkPath
	return s
}
