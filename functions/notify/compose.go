package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/functions/notify/internal/message"
	"dcm.io/functions/notify/internal/render"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// never is why a mail is not sent at all.
func never(code string) error { return fault.New(fault.Invalid, code, "the mail is not sent") }

// compose writes the letter. An Invalid fault says that it must not be sent; its
// code is what is recorded. Personal data is opened here and goes nowhere else.
func (n *notifier) compose(ctx context.Context, key eventlog.Key, s message.State, t message.Told) (mail.Letter, error) {
	to, err := n.people.Person(ctx, key.Tenant, t.To)
	if errors.Is(err, readmodel.ErrNotFound) {
		return mail.Letter{}, never(message.UnknownRecipient)
	}
	if err != nil {
		return mail.Letter{}, err
	}
	if code := s.Pointless(t, to.Roles); code != "" {
		return mail.Letter{}, never(code)
	}
	profile, err := n.profile(ctx, key.Tenant, to.Profile)
	switch {
	case errors.Is(err, vault.ErrErased):
		return mail.Letter{}, never(message.Erased)
	case err != nil:
		return mail.Letter{}, err
	case profile.Email == "":
		return mail.Letter{}, never(message.NoAddress)
	}
	tenant, err := n.people.Tenant(ctx, key.Tenant)
	if err != nil && !errors.Is(err, readmodel.ErrNotFound) {
		return mail.Letter{}, err
	}
	v, err := n.view(ctx, key, s, t)
	if err != nil {
		return mail.Letter{}, err
	}
	v.Tenant, v.Recipient, v.Locale = tenant.Name, profile.Name, to.Locale
	if v.Locale == "" {
		v.Locale = tenant.Locale
	}
	r, err := n.writer.Render(v)
	if err != nil {
		return mail.Letter{}, err
	}
	return mail.Letter{
		ID: t.ID, Thread: key.Stream, Date: t.At, From: tenant.Name, To: profile.Name, Address: profile.Email,
		Subject: r.Subject, Text: r.Text, HTML: r.HTML,
	}, nil
}

// view opens what the mail says about people other than its recipient. What was
// erased is left empty.
func (n *notifier) view(ctx context.Context, key eventlog.Key, s message.State, t message.Told) (render.View, error) {
	v := render.View{State: s, Kind: t.Kind, About: key.Stream, Own: t.To == s.Request.Requester}
	var words event.Sealed
	var by uuid.UUID
	switch t.Kind {
	case message.DecisionNeeded, message.DecisionReminder:
		words = s.Request.Justification
	case message.RequestApproved:
		words, by = s.Granted.Comment, s.Granted.By
	case message.RequestRejected:
		words, by = s.Rejected.Reason, s.Rejected.By
	}
	var err error
	if v.Words, err = n.secrets.Open(ctx, key.Tenant, words); err != nil && !errors.Is(err, vault.ErrErased) {
		return v, err
	}
	if v.Requester, err = n.name(ctx, key.Tenant, s.Request.Requester); err != nil {
		return v, err
	}
	v.Decider, err = n.name(ctx, key.Tenant, by)
	return v, err
}

// name is what somebody is called; empty if nobody knows any more.
func (n *notifier) name(ctx context.Context, tenant, person uuid.UUID) (string, error) {
	if person == uuid.Nil {
		return "", nil
	}
	p, err := n.people.Person(ctx, tenant, person)
	if errors.Is(err, readmodel.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	profile, err := n.profile(ctx, tenant, p.Profile)
	if errors.Is(err, vault.ErrErased) {
		return "", nil
	}
	return profile.Name, err
}

func (n *notifier) profile(ctx context.Context, tenant uuid.UUID, s event.Sealed) (event.Profile, error) {
	var p event.Profile
	text, err := n.secrets.Open(ctx, tenant, s)
	if err != nil || text == "" {
		return p, err
	}
	if json.Unmarshal([]byte(text), &p) != nil { // its error would quote what it read
		return p, fmt.Errorf("the profile of person %s is not what it should be", s.Person)
	}
	return p, nil
}
