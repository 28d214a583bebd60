package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// connections knows what a tenant's hypervisors offer.
type connections interface {
	// List returns the tenant's connections in a stable order.
	List(ctx context.Context, tenant uuid.UUID) ([]readmodel.Connection, error)
}

// sealer encrypts what people write with their own keys.
type sealer interface {
	Seal(ctx context.Context, tenant, person uuid.UUID, text string) (event.Sealed, error)
}

type submitter struct {
	log         eventlog.Log
	vault       sealer
	connections connections
	letters     letters
	requests    requests
	now         func() time.Time
}

func (s *submitter) routes() function.Routes {
	return function.Routes{Commands: map[string]function.CommandHandler{
		"io.dcm.request.submit":   s.submit,
		"io.dcm.request.withdraw": s.withdraw,
		"io.dcm.request.retry":    s.retry,
		"io.dcm.audit.export":     s.export,
		"io.dcm.work.replay":      s.replay,
		"io.dcm.person.erase":     s.erase,
	}}
}

// identified is the answer to every command: the id of what it is about.
type identified struct {
	ID uuid.UUID `json:"id"`
}

var errSubject = fault.New(fault.Invalid, "bad_subject", "The command's subject must be the id of a request.")

func (s *submitter) submit(ctx context.Context, c function.Command) (function.Answer, error) {
	if err := authz.Check(c.Caller.Roles, authz.RequestSubmit, authz.Self); err != nil {
		return function.Answer{}, err
	}
	var wish intake.Wish
	if err := function.DecodeData(c.Data, &wish); err != nil {
		return function.Answer{}, err
	}
	offers, err := s.connections.List(ctx, c.Caller.Tenant)
	if err != nil {
		return function.Answer{}, err
	}
	asked, err := intake.Accept(wish, offer(offers))
	if err != nil {
		return function.Answer{}, err
	}
	asked.Requester = c.Caller.Person
	asked.Justification, err = s.vault.Seal(ctx, c.Caller.Tenant, c.Caller.Person, strings.TrimSpace(wish.Justification))
	if err != nil {
		return function.Answer{}, err
	}
	return s.step(ctx, c, event.DeriveID(c.Caller.Tenant, "request", c.Cause.ID), intake.Submit{Asked: asked}, http.StatusCreated)
}

func (s *submitter) withdraw(ctx context.Context, c function.Command) (function.Answer, error) {
	id, err := uuid.Parse(c.Subject)
	if err != nil {
		return function.Answer{}, errSubject
	}
	return s.step(ctx, c, id, intake.Withdraw{By: c.Caller.Person, Roles: c.Caller.Roles}, http.StatusOK)
}

func (s *submitter) retry(ctx context.Context, c function.Command) (function.Answer, error) {
	id, err := uuid.Parse(c.Subject)
	if err != nil {
		return function.Answer{}, errSubject
	}
	return s.step(ctx, c, id, intake.Retry{By: c.Caller.Person, Roles: c.Caller.Roles}, http.StatusOK)
}

func (s *submitter) export(ctx context.Context, c function.Command) (function.Answer, error) {
	if err := authz.Check(c.Caller.Roles, authz.AuditExport, authz.Other); err != nil {
		return function.Answer{}, err
	}
	var period intake.Period
	if err := function.DecodeData(c.Data, &period); err != nil {
		return function.Answer{}, err
	}
	ask := intake.Export{By: c.Caller.Person, Period: period, Now: s.now()}
	return s.step(ctx, c, event.DeriveID(c.Caller.Tenant, "bundle", c.Cause.ID), ask, http.StatusCreated)
}

func (s *submitter) step(ctx context.Context, c function.Command, id uuid.UUID, cmd intake.Command, status int) (function.Answer, error) {
	recorded, err := intake.Decider.Step(ctx, s.log, eventlog.Key{Tenant: c.Caller.Tenant, Stream: id}, c.Cause, nil, cmd)
	if err != nil {
		return function.Answer{}, err
	}
	return function.Answer{Status: status, Body: identified{id}, Recorded: recorded}, nil
}

func offer(list []readmodel.Connection) []intake.Offer {
	offers := make([]intake.Offer, len(list))
	for i, c := range list {
		offers[i] = intake.Offer{Connection: c.ID, Templates: c.Templates, Networks: c.Networks}
	}
	return offers
}
