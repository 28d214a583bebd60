package main

import (
	"context"
	"strings"
	"time"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// sealer encrypts what people write with their own keys.
type sealer interface {
	Seal(ctx context.Context, tenant, person uuid.UUID, text string) (event.Sealed, error)
}

type approver struct {
	log    eventlog.Log
	vault  sealer
	docket docket.Docket
	limits approval.Limits
	now    func() time.Time
}

func (a *approver) routes() function.Routes {
	return function.Routes{
		Facts:    map[event.Type]function.FactHandler{event.RequestSubmitted{}.EventType(): a.onSubmitted},
		Commands: map[string]function.CommandHandler{"io.dcm.request.decide": a.decide},
		Timers: map[string]function.TimerHandler{
			approval.RemindTimer: a.onTimer(approval.Remind{}),
			approval.ExpireTimer: a.onTimer(approval.Expire{}),
		},
	}
}

// onSubmitted asks the policy.
func (a *approver) onSubmitted(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
	asked, ok := in.Fact.(event.RequestSubmitted)
	if !ok {
		return nil, fault.New(fault.Invalid, "unexpected_fact", "This is no submitted request.")
	}
	receipt := a.docket.Evaluate(docket.Facts{
		Size: asked.Size, VCPU: asked.VCPU, RAMGiB: asked.RAMGiB, DiskGiB: asked.DiskGiB, MonthlyCents: asked.MonthlyCents,
	})
	now := a.now()
	return approval.Decider.Step(ctx, a.log, w.Key, function.Because(in, event.Approve, now), &w,
		approval.Consider{Receipt: receipt, Role: a.docket.Role, Limits: a.limits, Now: now})
}

// onTimer reminds the approvers or closes a request that nobody decided.
func (a *approver) onTimer(cmd approval.Command) function.TimerHandler {
	return func(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
		stream, err := a.log.Read(ctx, w.Key)
		if err != nil {
			return nil, err
		}
		return approval.Decider.Step(ctx, a.log, w.Key, function.BecauseOf(w, stream, a.now()), &w, cmd)
	}
}

// verdict is the content of the command io.dcm.request.decide.
type verdict struct {
	Decision string `json:"decision"`
	Reason   string `json:"reason"`
}

var errSubject = fault.New(fault.Invalid, "bad_subject", "The command's subject must be the id of a request.")

func (a *approver) decide(ctx context.Context, c function.Command) (function.Answer, error) {
	id, err := uuid.Parse(c.Subject)
	if err != nil {
		return function.Answer{}, errSubject
	}
	var v verdict
	if err := function.DecodeData(c.Data, &v); err != nil {
		return function.Answer{}, err
	}
	if err := approval.CheckVerdict(v.Decision, v.Reason); err != nil {
		return function.Answer{}, err
	}
	reason, err := a.vault.Seal(ctx, c.Caller.Tenant, c.Caller.Person, strings.TrimSpace(v.Reason))
	if err != nil {
		return function.Answer{}, err
	}
	recorded, err := approval.Decider.Step(ctx, a.log, eventlog.Key{Tenant: c.Caller.Tenant, Stream: id}, c.Cause, nil,
		approval.Verdict{By: c.Caller.Person, Roles: c.Caller.Roles, Approve: v.Decision == approval.Approve, Reason: reason})
	if err != nil {
		return function.Answer{}, err
	}
	return function.Answer{Body: map[string]uuid.UUID{"id": id}, Recorded: recorded}, nil
}
