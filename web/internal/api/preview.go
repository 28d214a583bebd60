package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/docket"
	"dcm.io/shared/fault"
	"dcm.io/shared/offering"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A NewPreview is what somebody thinks of asking for.
type NewPreview struct {
	Size     string `json:"size" minLength:"1" maxLength:"40"`
	Template string `json:"template" maxLength:"100"`
	Network  string `json:"network,omitempty" maxLength:"100"`
}

// A Preview is what would become of a request.
type Preview struct {
	Outcome      string   `json:"outcome" enum:"approve,require"`
	Rule         string   `json:"rule"`
	Role         string   `json:"role" doc:"Who would have to decide; empty if nobody."`
	Approvers    []string `json:"approvers" doc:"Names of those who would be asked, without the caller."`
	MonthlyCents int64    `json:"monthly_cents"`
	Currency     string   `json:"currency"`
}

var errSize = fault.New(fault.Invalid, "invalid_request", "There is no such size.").
	With(fault.Field{Field: "size", Code: "unknown_size", Detail: "Choose one of the offered sizes."})

func (a *API) mountPreviews(h huma.API) {
	op := endpoint("preview", http.MethodPost, "/api/v1/previews", "requests", "Who would have to approve this, and what would it cost?")
	handle(h, op, func(ctx context.Context, in *struct{ Body NewPreview }) (*body[Preview], error) {
		who := callerOf(ctx)
		if err := a.allowed(ctx, who, authz.RequestSubmit, who.Person, uuid.Nil); err != nil {
			return nil, err
		}
		size, ok := offering.SizeOf(in.Body.Size)
		if !ok {
			return nil, errSize
		}
		r := docket.Default.Evaluate(docket.Facts{
			Size: size.Key, VCPU: size.VCPU, RAMGiB: size.RAMGiB, DiskGiB: size.DiskGiB, MonthlyCents: size.MonthlyCents,
		})
		p := Preview{Outcome: r.Outcome, Rule: r.Rule, Approvers: []string{}, MonthlyCents: size.MonthlyCents, Currency: offering.Currency}
		if r.Outcome == docket.Require {
			p.Role = docket.Default.Role
			asked, err := a.asked(ctx, who.Tenant, p.Role)
			if err != nil {
				return nil, err
			}
			p.Approvers = asked.without(who.Person)
		}
		return answer(p), nil
	})
}
