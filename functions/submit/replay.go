package main

import (
	"context"
	"net/http"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// letters knows what functions have given up.
type letters interface {
	// DeadLetter finds the dead letter that w names in its tenant; false if there
	// is none, or not any more.
	DeadLetter(ctx context.Context, w eventlog.Work) (pglog.DeadLetter, bool, error)
}

// named is the piece of work that a replay is about: a fact or a timer that a
// function owes in a stream.
type named struct {
	Function event.Function `json:"function"`
	Stream   uuid.UUID      `json:"stream_id"`
	Fact     uuid.UUID      `json:"fact_id,omitzero"`
	Timer    string         `json:"timer,omitempty"`
}

var errNamed = fault.New(fault.Invalid, "bad_work", "Name the work by its function, its stream, and either its fact or its timer.")

func (n named) in(tenant uuid.UUID) (eventlog.Work, error) {
	w := eventlog.Work{Key: eventlog.Key{Tenant: tenant, Stream: n.Stream}, Function: n.Function, Fact: n.Fact, Kind: n.Timer}
	if n.Function == "" || n.Stream == uuid.Nil || w.IsTimer() == (n.Fact != uuid.Nil) {
		return w, errNamed
	}
	return w, nil
}

// replay makes a dead letter owed again. The fact behind it is announced once
// more, so that its consumer acts at once; a timer waits for the tick.
func (s *submitter) replay(ctx context.Context, c function.Command) (function.Answer, error) {
	if err := authz.Check(c.Caller.Roles, authz.WorkReplay, authz.Other); err != nil {
		return function.Answer{}, err
	}
	var what named
	if err := function.DecodeData(c.Data, &what); err != nil {
		return function.Answer{}, err
	}
	w, err := what.in(c.Caller.Tenant)
	if err != nil {
		return function.Answer{}, err
	}
	owed, err := s.owed(ctx, w)
	if err != nil {
		return function.Answer{}, err
	}
	letter, err := s.letter(ctx, w, owed)
	if err != nil {
		return function.Answer{}, err
	}
	stream := event.WorkStream(w.Key.Tenant, w.Function, w.Key.Stream, w.Fact, w.Kind)
	answer, err := s.step(ctx, c, stream, intake.Replay{By: c.Caller.Person, Letter: letter}, http.StatusOK)
	answer.Again = owed
	return answer, err
}

// owed is the fact that w is about, or nothing if w is a timer or names a fact
// that its stream does not have.
func (s *submitter) owed(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
	if w.IsTimer() {
		return nil, nil
	}
	stream, err := s.log.Read(ctx, w.Key)
	if err != nil {
		return nil, err
	}
	for _, e := range stream {
		if e.ID == w.Fact {
			return []event.Envelope{e}, nil
		}
	}
	return nil, nil
}

func (s *submitter) letter(ctx context.Context, w eventlog.Work, owed []event.Envelope) (*intake.Letter, error) {
	dead, ok, err := s.letters.DeadLetter(ctx, w)
	if err != nil || !ok {
		return nil, err
	}
	l := &intake.Letter{Work: dead.Work, Reason: dead.Reason}
	for _, e := range owed {
		l.Type = e.Type
	}
	return l, nil
}
