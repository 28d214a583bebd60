package intake

import (
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A State is what the commands of this package depend on.
type State struct {
	exists    bool
	requester uuid.UUID
	undecided bool // nobody has said yes or no
	withdrawn bool
	failed    bool // the build has failed, and trying again can help
}

// A Command is one that intake decides.
type Command interface{ command() }

type (
	// Submit asks for a machine.
	Submit struct{ Asked event.RequestSubmitted }
	// Withdraw takes a request back.
	Withdraw struct {
		By    uuid.UUID
		Roles []string
	}
	// Retry asks to build again what has failed.
	Retry struct {
		By    uuid.UUID
		Roles []string
	}
	// Replay asks for a dead letter to be tried again.
	Replay struct {
		By     uuid.UUID
		Letter *Letter // nil if there is no such dead letter
	}
	// Export asks for a bundle of the log.
	Export struct {
		By     uuid.UUID
		Period Period
		Now    time.Time
	}
)

func (Submit) command()   {}
func (Withdraw) command() {}
func (Retry) command()    {}
func (Replay) command()   {}
func (Export) command()   {}

// Refusals.
var (
	ErrUnknown   = fault.New(fault.Missing, "not_found", "There is no such request, or it is not yours to see.")
	ErrDecided   = fault.New(fault.Conflict, "already_decided", "The request has been decided already.")
	ErrWithdrawn = fault.New(fault.Conflict, "withdrawn", "The request has been withdrawn.")
	ErrNotFailed = fault.New(fault.Conflict, "not_failed", "Only a failed build can be tried again.")
)

// Decider is the decision.
var Decider = decider.Decider[State, Command]{Evolve: Evolve, Decide: Decide}

// Evolve folds a fact into the state.
func Evolve(s State, e event.Envelope) State {
	switch f := e.Fact.(type) {
	case event.RequestSubmitted:
		s.exists, s.requester, s.undecided = true, f.Requester, true
	case event.RequestWithdrawn:
		s.undecided, s.withdrawn = false, true
	case event.ApprovalGranted, event.ApprovalRejected, event.ApprovalExpired:
		s.undecided = false
	case event.ProvisioningFailed:
		s.failed = f.Retryable
	case event.RequestRetried:
		s.failed = false
	}
	return s
}

// Decide says what a command adds.
func Decide(s State, c Command) (decider.Outcome, error) {
	switch c := c.(type) {
	case Submit:
		return decider.Facts(c.Asked), nil
	case Export:
		return export(c)
	case Withdraw:
		return withdraw(s, c)
	case Retry:
		return retry(s, c)
	case Replay:
		return replay(c)
	}
	return decider.Outcome{}, nil
}

func withdraw(s State, c Withdraw) (decider.Outcome, error) {
	if err := mayAct(s, c.By, c.Roles, authz.RequestWithdraw); err != nil {
		return decider.Outcome{}, err
	}
	switch {
	case s.withdrawn:
		return decider.Outcome{}, ErrWithdrawn
	case !s.undecided:
		return decider.Outcome{}, ErrDecided
	}
	return decider.Facts(event.RequestWithdrawn{By: c.By}), nil
}

func retry(s State, c Retry) (decider.Outcome, error) {
	if err := mayAct(s, c.By, c.Roles, authz.RequestRetry); err != nil {
		return decider.Outcome{}, err
	}
	if !s.failed {
		return decider.Outcome{}, ErrNotFailed
	}
	return decider.Facts(event.RequestRetried{By: c.By}), nil
}

// mayAct refuses what the policy refuses; what the caller may not even see does
// not exist for them.
func mayAct(s State, by uuid.UUID, roles []string, a authz.Action) error {
	if !s.exists {
		return ErrUnknown
	}
	relation := authz.RelationTo(s.requester, by)
	if !authz.Allowed(roles, authz.RequestRead, relation) {
		return ErrUnknown
	}
	return authz.Check(roles, a, relation)
}
