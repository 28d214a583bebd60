package build

import (
	"time"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

// Timer is the kind of the timer that drives a build.
const Timer = "build"

// outerLimit is how long a step may take while the hypervisor answers.
const outerLimit = time.Hour

// Decider is the decision.
var Decider = decider.Decider[State, Command]{Evolve: Evolve, Decide: Decide}

// Decide says what a command adds.
func Decide(s State, c Command) (decider.Outcome, error) {
	switch c := c.(type) {
	case Begin:
		return begin(s, c), nil
	case Refuse:
		return refuse(s, c), nil
	case Unreached:
		return stall(s, c.Fault, c.Now), nil
	case Looked:
		return looked(s, c), nil
	case Removed:
		return removed(s, c), nil
	}
	return decider.Outcome{}, nil
}

func begin(s State, c Begin) decider.Outcome {
	if s.Phase != Idle || s.done {
		return decider.Outcome{}
	}
	vm := c.VM
	return next(c.Now, 0, event.ProvisioningStarted{
		VM: c.ID, Connection: c.Connection, VMName: vm.Name, Hostname: vm.Hostname, Domain: vm.Domain, InstanceUUID: vm.InstanceUUID,
		Folder: vm.Folder, ResourcePool: vm.ResourcePool, Datastore: vm.Datastore, TemplatePath: vm.TemplatePath, NetworkPath: vm.NetworkPath,
	})
}

func refuse(s State, c Refuse) decider.Outcome {
	if s.Phase != Idle || s.done {
		return decider.Outcome{}
	}
	return decider.Facts(event.ProvisioningFailed{
		Step: string(placement.StepClone), Code: string(c.Fault.Code), Detail: c.Fault.Detail, Retryable: true,
	})
}

func looked(s State, c Looked) decider.Outcome {
	if s.Phase != Building {
		return decider.Outcome{}
	}
	a := c.Action
	switch {
	case a.Kind == placement.Finish:
		return decider.Facts(event.ProvisioningSucceeded{
			VM: s.id, VMName: s.VM.Name, InstanceUUID: s.VM.InstanceUUID, Hostname: s.VM.Hostname, Address: c.Seen.Address, Ref: c.Seen.Reference,
		})
	case a.Kind == placement.Fail:
		return abandon(s, a.Step, a.Fault, c.Now)
	case a.Kind == placement.Start && c.Fault != nil && !c.Fault.Transient:
		return abandon(s, a.Step, *c.Fault, c.Now)
	case a.Kind == placement.Start && c.Fault != nil:
		return stall(s, *c.Fault, c.Now)
	case a.Kind == placement.Start:
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(a.Step), Task: c.Task})
	case s.stalled != "": // it answers again
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(a.Step), Task: s.Task})
	case c.Now.Sub(s.progressAt) > outerLimit:
		return abandon(s, a.Step, placement.Fault{Code: "time_limit", Detail: "the step did not end within an hour"}, c.Now)
	case a.Kind == placement.Retry:
		return stall(s, a.Fault, c.Now)
	case string(a.Step) != s.step: // a step that is no task of ours: waiting for the address
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(a.Step), Task: s.Task})
	}
	return next(c.Now, pause(c.Now.Sub(s.progressAt)))
}

// abandon gives up; cleaning up follows at once.
func abandon(s State, step placement.Step, f placement.Fault, now time.Time) decider.Outcome {
	return next(now, 0, event.ProvisioningAbandoned{
		Step: string(step), Code: string(f.Code), Detail: f.Detail, Retryable: f.Code != placement.DuplicateUUID,
	})
}

func removed(s State, c Removed) decider.Outcome {
	if s.Phase != Removing {
		return decider.Outcome{}
	}
	foreign := c.Fault != nil && !c.Fault.Transient // not ours to remove
	if !c.Gone && !foreign {
		return next(c.Now, pause(c.Now.Sub(s.progressAt)))
	}
	return decider.Facts(event.ProvisioningFailed{
		Step: s.abandoned.Step, Code: s.abandoned.Code, Detail: s.abandoned.Detail, Retryable: s.abandoned.Retryable, RolledBack: c.Gone,
	})
}

// stall records once that the hypervisor cannot be used, and tries again, ever
// less often. It is no failure: the request waits and goes on by itself.
func stall(s State, f placement.Fault, now time.Time) decider.Outcome {
	if s.Phase == Idle {
		return decider.Outcome{}
	}
	wait := max(pause(now.Sub(s.progressAt)), time.Second)
	if s.stalled == string(f.Code) {
		return next(now, wait)
	}
	return next(now, wait, event.ProvisioningStalled{Step: s.step, Code: string(f.Code), Detail: f.Detail})
}

// Bounds of how often a task is looked at.
const (
	shortest = 100 * time.Millisecond
	longest  = 10 * time.Second
)

// pause is how long to wait before looking again at what has taken this long
// already: a quarter of it, so that nothing is noticed later than that.
func pause(taken time.Duration) time.Duration {
	return min(max(taken/4, shortest), longest)
}

func next(now time.Time, in time.Duration, facts ...event.Fact) decider.Outcome {
	return decider.Outcome{Facts: facts, Timers: []eventlog.Timer{{Kind: Timer, Due: now.Add(in)}}}
}
