package main

import (
	"context"
	"net/http"

	"dcm.io/functions/submit/internal/erasure"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// requests knows what people have asked for.
type requests interface {
	// Open lists the person's requests that are not finished, the newest hundred.
	Open(ctx context.Context, tenant, person uuid.UUID) ([]readmodel.Request, error)
}

// why is the content of the command io.dcm.person.erase.
type why struct {
	Reason string `json:"reason"`
}

var errPerson = fault.New(fault.Invalid, "bad_subject", "The command's subject must be the id of a person.")

// erase destroys a person's key and records it, in one transaction. A request
// that the person sends in the same moment goes on without them: it is no reason
// to keep the key.
func (s *submitter) erase(ctx context.Context, c function.Command) (function.Answer, error) {
	person, err := uuid.Parse(c.Subject)
	if err != nil {
		return function.Answer{}, errPerson
	}
	var w why
	if err := function.DecodeData(c.Data, &w); err != nil {
		return function.Answer{}, err
	}
	open, err := s.requests.Open(ctx, c.Caller.Tenant, person)
	if err != nil {
		return function.Answer{}, err
	}
	cmd := erasure.Erase{Person: person, By: c.Caller.Person, Roles: c.Caller.Roles, Reason: w.Reason}
	for _, r := range open {
		cmd.Open = append(cmd.Open, erasure.Request{ID: r.ID, Name: r.Name})
	}
	recorded, err := erasure.Decider.Step(ctx, s.log, eventlog.Key{Tenant: c.Caller.Tenant, Stream: person}, c.Cause, nil, cmd)
	if err != nil {
		return function.Answer{}, err
	}
	return function.Answer{Status: http.StatusOK, Body: identified{person}, Recorded: recorded}, nil
}
