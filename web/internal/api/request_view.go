package api

import (
	"context"

	"dcm.io/shared/authz"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// views makes what the caller sees of requests: three questions to the database
// at most, however many requests there are.
func (a *API) views(ctx context.Context, who identity.Caller, rows []readmodel.Request) ([]Request, error) {
	var people []uuid.UUID
	deciders := map[string]asked{} // by role
	for _, r := range rows {
		people = append(people, r.Requester)
		if r.DecidedBy != nil {
			people = append(people, *r.DecidedBy)
		}
		if r.State != string(waiting) || r.Role == nil {
			continue
		}
		if _, done := deciders[*r.Role]; done {
			continue
		}
		names, err := a.asked(ctx, who.Tenant, *r.Role)
		if err != nil {
			return nil, err
		}
		deciders[*r.Role] = names
	}
	b, err := a.book(ctx, who.Tenant, people...)
	if err != nil {
		return nil, err
	}
	out := make([]Request, len(rows))
	for i, r := range rows {
		if out[i], err = b.request(ctx, who, r); err != nil {
			return nil, err
		}
		if r.State == string(waiting) && r.Role != nil {
			out[i].WaitingFor = &WaitingFor{Role: *r.Role, Approvers: deciders[*r.Role].without(r.Requester)}
		}
	}
	return out, nil
}

func (a *API) view(ctx context.Context, who identity.Caller, r readmodel.Request) (Request, error) {
	out, err := a.views(ctx, who, []readmodel.Request{r})
	if err != nil {
		return Request{}, err
	}
	return out[0], nil
}

func (b *book) request(ctx context.Context, who identity.Caller, r readmodel.Request) (Request, error) {
	out := Request{
		ID: r.ID, State: RequestState(r.State), Project: r.Project, Name: r.Name, Template: r.Template, OS: r.OS, Size: r.Size,
		VCPU: r.VCPU, RAMGiB: r.RAMGiB, DiskGiB: r.DiskGiB, Network: r.Network, LeaseDays: r.LeaseDays,
		MonthlyCents: r.MonthlyCents, Currency: r.Currency, Requester: b.requester(r.Requester),
		SubmittedAt: r.SubmittedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), Version: r.Version, Replaces: r.Replaces,
		Receipt: receiptOf(r.Receipt), DueAt: utc(r.DueAt), Provisioning: provisioningOf(r), Can: abilities(who, r),
	}
	if out.State == ready {
		out.VMID = r.VM
	}
	var err error
	if out.Justification, err = b.open(ctx, r.Justification); err != nil {
		return out, err
	}
	out.Decision, err = b.decision(ctx, r)
	return out, err
}

func (b *book) requester(id uuid.UUID) Requester {
	out := Requester{ID: id}
	if p, ok := b.profiles[id]; ok {
		out.Name, out.Email = &p.Name, &p.Email
	}
	return out
}

func (b *book) decision(ctx context.Context, r readmodel.Request) (*Decision, error) {
	if r.Decision == nil || r.DecidedAt == nil {
		return nil, nil
	}
	d := &Decision{Outcome: *r.Decision, Automatic: r.DecidedBy == nil, At: r.DecidedAt.UTC()}
	if r.DecidedBy != nil {
		by := b.ref(*r.DecidedBy)
		d.By = &by
	}
	var err error
	d.Reason, err = b.open(ctx, r.Reason)
	return d, err
}

// abilities say what the screen offers; the functions decide.
func abilities(who identity.Caller, r readmodel.Request) RequestAbilities {
	may := func(a authz.Action) bool {
		return authz.Allowed(who.Roles, a, authz.RelationTo(r.Requester, who.Person))
	}
	state := RequestState(r.State)
	return RequestAbilities{
		Withdraw: (state == submitted || state == waiting) && may(authz.RequestWithdraw),
		Decide:   state == waiting && may(authz.RequestDecide),
		Retry:    state == failed && r.Failure != nil && r.Failure.Retryable && may(authz.RequestRetry),
	}
}
