package approval

import (
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A State is what a decision depends on.
type State struct {
	exists     bool
	requester  uuid.UUID
	open       bool // waiting for a person
	considered bool
	decided    bool
	withdrawn  bool
	receipt    event.Receipt
	dueAt      time.Time
}

// Kinds of timers.
const (
	RemindTimer = "remind"
	ExpireTimer = "expire"
)

// Refusals.
var (
	ErrUnknown   = fault.New(fault.Missing, "not_found", "There is no such request, or it is not yours to see.")
	ErrDecided   = fault.New(fault.Conflict, "already_decided", "Somebody has decided on this request already.")
	ErrWithdrawn = fault.New(fault.Conflict, "withdrawn", "The requester has withdrawn this request.")
	ErrNotOpen   = fault.New(fault.Conflict, "not_open", "The policy has not looked at this request yet. Try again in a moment.")
)

// Decider is the decision.
var Decider = decider.Decider[State, Command]{Evolve: Evolve, Decide: Decide}

// Evolve folds a fact into the state.
func Evolve(s State, e event.Envelope) State {
	switch f := e.Fact.(type) {
	case event.RequestSubmitted:
		s.exists, s.requester = true, f.Requester
	case event.RequestWithdrawn:
		s.open, s.withdrawn = false, true
	case event.ApprovalOpened:
		s.open, s.considered, s.receipt, s.dueAt = true, true, f.Receipt, f.DueAt
	case event.ApprovalGranted, event.ApprovalRejected, event.ApprovalExpired:
		s.open, s.considered, s.decided = false, true, true
	}
	return s
}

// Decide says what a command adds.
func Decide(s State, c Command) (decider.Outcome, error) {
	switch c := c.(type) {
	case Consider:
		return consider(s, c), nil
	case Verdict:
		return verdict(s, c)
	case Remind:
		if s.open {
			return decider.Facts(event.ApprovalReminded{DueAt: s.dueAt}), nil
		}
	case Expire:
		if s.open {
			return closed(event.ApprovalExpired{DueAt: s.dueAt}), nil
		}
	}
	return decider.Outcome{}, nil
}

// consider follows the policy, unless the requester was faster.
func consider(s State, c Consider) decider.Outcome {
	if !s.exists || s.considered || s.withdrawn {
		return decider.Outcome{}
	}
	if c.Receipt.Outcome == docket.Approve {
		return decider.Facts(event.ApprovalGranted{Automatic: true, Receipt: c.Receipt})
	}
	remindAt, dueAt := c.Now.Add(c.Limits.RemindIn).UTC(), c.Now.Add(c.Limits.ExpireIn).UTC()
	return decider.Outcome{
		Facts:  []event.Fact{event.ApprovalOpened{Receipt: c.Receipt, Role: c.Role, RemindAt: remindAt, DueAt: dueAt}},
		Timers: []eventlog.Timer{{Kind: RemindTimer, Due: remindAt}, {Kind: ExpireTimer, Due: dueAt}},
	}
}

func verdict(s State, c Verdict) (decider.Outcome, error) {
	if err := mayDecide(s, c); err != nil {
		return decider.Outcome{}, err
	}
	switch {
	case s.withdrawn:
		return decider.Outcome{}, ErrWithdrawn
	case s.decided:
		return decider.Outcome{}, ErrDecided
	case !s.open:
		return decider.Outcome{}, ErrNotOpen
	case c.Approve:
		return closed(event.ApprovalGranted{By: c.By, Receipt: s.receipt, Comment: c.Reason}), nil
	}
	return closed(event.ApprovalRejected{By: c.By, Reason: c.Reason}), nil
}

// mayDecide refuses what the policy refuses; what the caller may not even see
// does not exist for them.
func mayDecide(s State, c Verdict) error {
	if !s.exists {
		return ErrUnknown
	}
	relation := authz.RelationTo(s.requester, c.By)
	if !authz.Allowed(c.Roles, authz.RequestRead, relation) {
		return ErrUnknown
	}
	return authz.Check(c.Roles, authz.RequestDecide, relation)
}

// closed ends the waiting: a fact, and no more timers.
func closed(f event.Fact) decider.Outcome {
	return decider.Outcome{Facts: []event.Fact{f}, Timers: []eventlog.Timer{{Kind: RemindTimer}, {Kind: ExpireTimer}}}
}
