package build

import (
	"time"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
)

// Timer is the kind of the timer that drives a build.
const Timer = "build"

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
		return stall(s, s.at(), c.Fault, c.Now, longest), nil
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
		return abandon(a.Step, a.Fault, c.Now)
	case a.Kind == placement.Start, s.Again(a):
		return begun(s, c)
	case a.Kind == placement.Retry && c.Now.Sub(s.stepAt) > outerLimit:
		return abandon(a.Step, a.Fault, c.Now)
	case a.Kind == placement.Retry:
		return stall(s, a.Step, a.Fault, c.Now, longestRetry)
	case s.stalled != "": // it answers again
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(a.Step), Task: s.Task})
	case c.Now.Sub(s.progressAt) > outerLimit:
		return abandon(a.Step, placement.Fault{Code: "time_limit", Detail: "the step did not end within an hour"}, c.Now)
	case string(a.Step) != s.step: // a step that is no task of ours: waiting for the address
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(a.Step), Task: s.Task})
	}
	return next(c.Now, pause(c.Now.Sub(s.progressAt)))
}

// begun follows from how starting a step went.
func begun(s State, c Looked) decider.Outcome {
	step, f := c.Action.Step, c.Fault
	switch {
	case f == nil:
		return next(c.Now, pause(0), event.ProvisioningAdvanced{Step: string(step), Task: c.Task})
	case !f.Transient, refusedTooLong(s, *f, c.Now):
		return abandon(step, *f, c.Now)
	}
	return stall(s, step, *f, c.Now, longest)
}

// abandon gives up; cleaning up follows at once, but not in the same moment: the
// moment is part of the cause's name, and a cause records only once.
func abandon(step placement.Step, f placement.Fault, now time.Time) decider.Outcome {
	return next(now, time.Microsecond, event.ProvisioningAbandoned{
		Step: string(step), Code: string(f.Code), Detail: f.Detail, Retryable: f.Code != placement.DuplicateUUID,
	})
}

func removed(s State, c Removed) decider.Outcome {
	if s.Phase != Removing {
		return decider.Outcome{}
	}
	switch f := c.Fault; {
	case c.Gone:
	case f != nil && (!f.Transient || refusedTooLong(s, *f, c.Now)): // not ours to remove, or not ours to decide
	case f != nil:
		return stall(s, placement.Step(s.abandoned.Step), *f, c.Now, longest)
	case c.Now.Sub(s.progressAt) <= outerLimit:
		return next(c.Now, pause(c.Now.Sub(s.progressAt)))
	}
	return decider.Facts(event.ProvisioningFailed{
		Step: s.abandoned.Step, Code: s.abandoned.Code, Detail: s.abandoned.Detail, Retryable: s.abandoned.Retryable, RolledBack: c.Gone,
	})
}
