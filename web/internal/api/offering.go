package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/offering"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// An Offering is what can be asked for.
type Offering struct {
	Currency  string          `json:"currency"`
	Sizes     []offering.Size `json:"sizes"`
	Templates []Template      `json:"templates"`
	Networks  []Network       `json:"networks"`
	Projects  []string        `json:"projects" doc:"Projects of recent requests: the caller's, or everybody's for those who may see them."`
	Lease     offering.Lease  `json:"lease"`
}

// A Template is an image that machines are cloned from.
type Template struct {
	Key          string    `json:"key"`
	Name         string    `json:"name"`
	OS           string    `json:"os" enum:"linux,windows"`
	ConnectionID uuid.UUID `json:"connection_id" format:"uuid"`
}

// A Network is where machines are attached.
type Network struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

func (a *API) mountOffering(h huma.API) {
	handle(h, endpoint("offering", http.MethodGet, "/api/v1/offering", "requests", "What can be asked for, and what does it cost?"),
		func(ctx context.Context, _ *struct{}) (*body[Offering], error) {
			who := callerOf(ctx)
			if err := a.allowed(ctx, who, authz.OfferingRead, uuid.Nil, uuid.Nil); err != nil {
				return nil, err
			}
			connections, err := a.connection.List(ctx, who.Tenant)
			if err != nil {
				return nil, err
			}
			whose := who.Person
			if authz.Allowed(who.Roles, authz.RequestRead, authz.Other) {
				whose = uuid.Nil
			}
			projects, err := a.requests.Projects(ctx, who.Tenant, whose)
			if err != nil {
				return nil, err
			}
			o := Offering{
				Currency: offering.Currency, Sizes: offering.Sizes, Templates: []Template{}, Networks: []Network{},
				Projects: append([]string{}, projects...), Lease: offering.Leases,
			}
			networks := map[string]bool{}
			for _, c := range connections {
				for _, t := range c.Templates {
					o.Templates = append(o.Templates, Template{Key: t.Key, Name: t.Name, OS: t.OS, ConnectionID: c.ID})
				}
				for _, n := range c.Networks {
					if !networks[n.Key] {
						networks[n.Key] = true
						o.Networks = append(o.Networks, Network{Key: n.Key, Name: n.Name})
					}
				}
			}
			return answer(o), nil
		})
}
