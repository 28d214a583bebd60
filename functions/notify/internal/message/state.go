package message

import (
	"slices"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// A Stage is how far a request has come, as far as messages care.
type Stage int

// The stages; a stream that is no request's stays at None.
const (
	None Stage = iota
	Submitted
	Waiting
	Approved
	Rejected
	Expired
	Withdrawn
	Ready
	Failed
)

// State is what messages depend on, and what they tell.
type State struct {
	Stage    Stage
	Request  event.RequestSubmitted
	Role     string    // who may decide
	DueAt    time.Time // when an undecided request is closed
	Granted  event.ApprovalGranted
	Rejected event.ApprovalRejected
	Machine  event.ProvisioningSucceeded
	ReadyAt  time.Time
	Failure  event.ProvisioningFailed
	Asked    event.AuditRequested
	Bundle   event.AuditExported

	told    []Told
	settled []uuid.UUID // notifications that were sent, or never will be
}

// Told is a message that was queued for a person.
type Told struct {
	ID   uuid.UUID
	Kind Kind
	To   uuid.UUID
	At   time.Time
}

// Find returns what was queued under id, and whether its mail is settled.
func (s State) Find(id uuid.UUID) (t Told, settled, ok bool) {
	i := slices.IndexFunc(s.told, func(t Told) bool { return t.ID == id })
	if i < 0 {
		return Told{}, false, false
	}
	return s.told[i], slices.Contains(s.settled, id), true
}

// Evolve folds one fact into the state; facts it does not know change nothing.
func Evolve(s State, e event.Envelope) State {
	switch f := e.Fact.(type) {
	case event.RequestSubmitted:
		s.Stage, s.Request = Submitted, f
	case event.RequestWithdrawn:
		s.Stage = Withdrawn
	case event.RequestRetried:
		s.Stage = Approved
	case event.ApprovalOpened:
		s.Stage, s.Role, s.DueAt = Waiting, f.Role, f.DueAt
	case event.ApprovalReminded:
		s.DueAt = f.DueAt
	case event.ApprovalGranted:
		s.Stage, s.Granted = Approved, f
	case event.ApprovalRejected:
		s.Stage, s.Rejected = Rejected, f
	case event.ApprovalExpired:
		s.Stage = Expired
	case event.ProvisioningSucceeded:
		s.Stage, s.Machine, s.ReadyAt = Ready, f, e.OccurredAt
	case event.ProvisioningFailed:
		s.Stage, s.Failure = Failed, f
	case event.AuditRequested:
		s.Asked = f
	case event.AuditExported:
		s.Bundle = f
	default:
		return evolveTold(s, e)
	}
	return s
}

// evolveTold clips before it appends: a state that was handed out stays as it is.
func evolveTold(s State, e event.Envelope) State {
	switch f := e.Fact.(type) {
	case event.NotificationQueued:
		s.told = append(slices.Clip(s.told), Told{ID: f.Notification, Kind: Kind(f.Message), To: f.Recipient, At: e.OccurredAt})
	case event.NotificationSent:
		s.settled = append(slices.Clip(s.settled), f.Notification)
	case event.NotificationFailed:
		s.settled = append(slices.Clip(s.settled), f.Notification)
	}
	return s
}
