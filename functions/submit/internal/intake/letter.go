package intake

import (
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

// A Letter is a dead letter: work that its function has given up.
type Letter struct {
	Work   eventlog.Work // with the attempts that were made
	Type   event.Type    // of the fact that is owed; empty for a timer
	Reason string        // of the last failure
}

// replay makes the letter owed again and records why it had died: nobody can
// look that up once the work is done.
func replay(c Replay) (decider.Outcome, error) {
	if c.Letter == nil {
		return decider.Outcome{}, eventlog.ErrNotDead
	}
	w := c.Letter.Work
	return decider.Outcome{
		Replays: &w,
		Facts: []event.Fact{event.WorkReplayed{
			By: c.By, Function: string(w.Function), Stream: w.Key.Stream, Fact: w.Fact, FactType: c.Letter.Type, Timer: w.Kind,
			Attempts: w.Attempt, Reason: eventlog.Gist(c.Letter.Reason),
		}},
	}, nil
}
