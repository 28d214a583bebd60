package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// Me is who the caller is and what they may do.
type Me struct {
	PersonID uuid.UUID `json:"person_id" format:"uuid"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Locale   string    `json:"locale" enum:"de,en"`
	Roles    []string  `json:"roles"`
	Tenant   Tenant    `json:"tenant"`
	Can      Abilities `json:"can"`
}

// A Tenant is the organisation that the caller belongs to.
type Tenant struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	Slug string    `json:"slug"`
	Name string    `json:"name"`
}

// Abilities say which areas of the portal are the caller's.
type Abilities struct {
	Approve    bool `json:"approve"`
	Audit      bool `json:"audit"`
	Administer bool `json:"administer"`
	SeeStuck   bool `json:"see_stuck" doc:"See what functions owe and do not get done."`
	Replay     bool `json:"replay" doc:"Have it tried again."`
	ListPeople bool `json:"list_people" doc:"See everybody whom DCM knows."`
	Erase      bool `json:"erase" doc:"Erase people, and be given what is known about them."`
}

func (a *API) mountMe(h huma.API) {
	handle(h, endpoint("me", http.MethodGet, "/api/v1/me", "session", "Who am I, and what may I do?"),
		func(ctx context.Context, _ *struct{}) (*body[Me], error) {
			who := callerOf(ctx)
			tenant, err := a.directory.Tenant(ctx, who.Tenant)
			if err != nil {
				return nil, err
			}
			locale := who.Locale
			if locale != "de" && locale != "en" {
				locale = tenant.Locale
			}
			return answer(Me{
				PersonID: who.Person, Name: who.Name, Email: who.Email, Locale: locale, Roles: append([]string{}, who.Roles...),
				Tenant: Tenant{ID: tenant.ID, Slug: tenant.Slug, Name: tenant.Name},
				Can: Abilities{
					Approve:    authz.Allowed(who.Roles, authz.RequestDecide, authz.Other),
					Audit:      authz.Allowed(who.Roles, authz.AuditRead, authz.Other),
					Administer: authz.Allowed(who.Roles, authz.ConnectionConfigure, authz.Other),
					SeeStuck:   authz.Allowed(who.Roles, authz.WorkRead, authz.Other),
					Replay:     authz.Allowed(who.Roles, authz.WorkReplay, authz.Other),
					ListPeople: authz.Allowed(who.Roles, authz.PersonList, authz.Other),
					Erase:      authz.Allowed(who.Roles, authz.PersonErase, authz.Other),
				},
			}), nil
		})
}
