package main

import (
	"context"
	"log/slog"
	"time"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/functions/notify/internal/message"
	"dcm.io/functions/notify/internal/render"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// A directory knows who is who. It answers only about people of the tenant.
type directory interface {
	// Person returns readmodel.ErrNotFound for somebody the tenant does not know.
	Person(ctx context.Context, tenant, person uuid.UUID) (readmodel.Person, error)
	// WithRole lists everybody who holds at least one of the roles.
	WithRole(ctx context.Context, tenant uuid.UUID, roles ...string) ([]readmodel.Person, error)
	Tenant(ctx context.Context, tenant uuid.UUID) (readmodel.Tenant, error)
}

// A safe opens what is sealed about people; vault.ErrErased if the person is gone.
type safe interface {
	Open(ctx context.Context, tenant uuid.UUID, s event.Sealed) (string, error)
}

// A writer puts a mail into words.
type writer interface {
	Render(v render.View) (render.Letter, error)
}

// A post sends letters.
type post interface {
	// Send returns nil once the mail server answers for the letter. A Transient
	// fault is worth another try, mail.ErrDeferred not for ever; an Invalid one is
	// final. Sending a letter again does no harm: it has the same Message-ID.
	Send(ctx context.Context, l mail.Letter) error
	MessageID(id uuid.UUID) string
}

type notifier struct {
	log     eventlog.Log
	people  directory
	secrets safe
	writer  writer
	post    post
	logger  *slog.Logger
	now     func() time.Time
}

// mailTimer is the kind of the timers that send mails; behind the colon is the
// notification.
const mailTimer = "mail"

func (n *notifier) routes() function.Routes {
	r := function.Routes{
		Facts:  map[event.Type]function.FactHandler{},
		Timers: map[string]function.TimerHandler{mailTimer: n.onMail},
	}
	for _, t := range event.ConsumedBy(event.Notify) {
		r.Facts[t] = n.onFact
	}
	return r
}

// onFact decides who is told. What it records is in the inboxes with it; each
// mail is promised by a timer of its own, so that one that cannot be sent holds
// up no other.
func (n *notifier) onFact(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
	staff, err := n.staff(ctx, in)
	if err != nil {
		return nil, err
	}
	now := n.now()
	telling := decider.Decider[message.State, message.Tell]{
		Evolve: message.Evolve,
		Decide: func(s message.State, c message.Tell) (decider.Outcome, error) {
			if message.Silent(s, c) {
				n.logger.WarnContext(ctx, "nobody can be asked for a decision: no approver but the requester has signed in yet")
			}
			return promised(message.Decide(s, c), now), nil
		},
	}
	return telling.Step(ctx, n.log, w.Key, function.Because(in, event.Notify, now), &w, message.Tell{About: in, Staff: staff})
}

// staff looks up who may be told because of their role, if the fact needs it.
func (n *notifier) staff(ctx context.Context, in event.Envelope) ([]message.Person, error) {
	switch in.Fact.(type) {
	case event.ApprovalOpened, event.ApprovalReminded, event.ProvisioningFailed:
	default:
		return nil, nil
	}
	people, err := n.people.WithRole(ctx, in.Tenant, message.Staff...)
	if err != nil {
		return nil, err
	}
	staff := make([]message.Person, len(people))
	for i, p := range people {
		staff[i] = message.Person{ID: p.ID, Roles: p.Roles}
	}
	return staff, nil
}

// promised turns what people are told into facts, and a mail for each.
func promised(told []event.NotificationQueued, now time.Time) decider.Outcome {
	var out decider.Outcome
	for _, q := range told {
		out.Facts = append(out.Facts, q)
		out.Timers = append(out.Timers, eventlog.Timer{Kind: mailTimer + ":" + q.Notification.String(), Due: now})
	}
	return out
}
