package build

import (
	"time"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

// outerLimit is how long a step may take, or be tried, while the hypervisor
// answers.
const outerLimit = time.Hour

// stall records once that the hypervisor cannot be used, and tries again, ever
// less often. It is no failure: the request waits and goes on by itself. That we
// were stopped ourselves is not worth a fact.
func stall(s State, step placement.Step, f placement.Fault, now time.Time, most time.Duration) decider.Outcome {
	if s.Phase == Idle {
		return decider.Outcome{}
	}
	wait := min(max(now.Sub(s.stepAt)/4, time.Second), most)
	if s.stalled == string(f.Code) || f.Code == placement.Interrupted {
		return next(now, wait)
	}
	return next(now, wait, event.ProvisioningStalled{Step: string(step), Code: string(f.Code), Detail: f.Detail})
}

// refusedTooLong says that the hypervisor answers and has given the same reason
// to wait until the outer limit. One that is away is waited for without end.
func refusedTooLong(s State, f placement.Fault, now time.Time) bool {
	switch f.Code {
	case placement.Unreachable, placement.Session, placement.Interrupted:
		return false
	}
	return s.stalled == string(f.Code) && now.Sub(s.stalledAt) > outerLimit
}

// Bounds of how often a task is looked at, and a step tried that does not work.
const (
	shortest     = 100 * time.Millisecond
	longest      = 10 * time.Second
	longestRetry = time.Minute
)

// pause is how long to wait before looking again at what has taken this long
// already: a quarter of it, so that nothing is noticed later than that.
func pause(taken time.Duration) time.Duration {
	return min(max(taken/4, shortest), longest)
}

func next(now time.Time, in time.Duration, facts ...event.Fact) decider.Outcome {
	return decider.Outcome{Facts: facts, Timers: []eventlog.Timer{{Kind: Timer, Due: now.Add(in)}}}
}
