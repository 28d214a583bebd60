package message

import (
	"slices"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// Tell is the command to tell people about a fact.
type Tell struct {
	About event.Envelope // one of the facts that notify is owed
	Staff []Person       // everybody who holds one of the Staff roles
}

// A Person is somebody who may be told.
type Person struct {
	ID    uuid.UUID
	Roles []string
}

// Decide says who is told what because of c.About, each person once. It tells
// nobody what is not so any more: a request that was decided in the meantime
// needs no decision.
func Decide(s State, c Tell) []event.NotificationQueued {
	switch c.About.Fact.(type) {
	case event.RequestSubmitted:
		return s.tell(c, RequestSubmitted, s.Request.Requester)
	case event.ApprovalOpened:
		return s.tell(c, DecisionNeeded, s.deciders(c.Staff)...)
	case event.ApprovalReminded:
		return s.tell(c, DecisionReminder, s.deciders(c.Staff)...)
	case event.ApprovalGranted:
		return s.tell(c, RequestApproved, s.Request.Requester)
	case event.ApprovalRejected:
		return s.tell(c, RequestRejected, s.Request.Requester)
	case event.ApprovalExpired:
		return s.tell(c, RequestExpired, s.Request.Requester)
	case event.RequestWithdrawn:
		return s.tell(c, RequestWithdrawn, s.asked()...)
	case event.ProvisioningSucceeded:
		return s.tell(c, VMReady, s.Request.Requester)
	case event.ProvisioningFailed:
		return s.tell(c, VMFailed, s.concerned(c.Staff)...)
	case event.AuditExported:
		return s.tell(c, BundleReady, s.Asked.By)
	}
	return nil
}

// Silent reports whether a decision is wanted that nobody may make: everybody
// who could is unknown to DCM, or is the requester.
func Silent(s State, c Tell) bool {
	_, opened := c.About.Fact.(event.ApprovalOpened)
	return opened && s.Stage == Waiting && len(s.deciders(c.Staff)) == 0
}

// deciders may decide the request, which is never the requester.
func (s State) deciders(staff []Person) []uuid.UUID {
	var ids []uuid.UUID
	for _, p := range staff {
		if s.Stage == Waiting && holds(p.Roles, s.Role) && p.ID != s.Request.Requester {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// asked were asked to decide, and need not any more.
func (s State) asked() []uuid.UUID {
	var ids []uuid.UUID
	for _, t := range s.told {
		if t.Kind.asks() {
			ids = append(ids, t.To)
		}
	}
	return ids
}

// concerned are the requester, and the administrators, who can do something
// about a failure. Nobody is if it is being tried again already.
func (s State) concerned(staff []Person) []uuid.UUID {
	if s.Stage != Failed {
		return nil
	}
	ids := []uuid.UUID{s.Request.Requester}
	for _, p := range staff {
		if holds(p.Roles, administrators) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (s State) tell(c Tell, k Kind, people ...uuid.UUID) []event.NotificationQueued {
	var out []event.NotificationQueued
	var done []uuid.UUID
	for _, to := range people {
		if to == uuid.Nil || slices.Contains(done, to) {
			continue
		}
		done = append(done, to)
		n := event.NotificationQueued{
			Notification: event.DeriveID(c.About.Tenant, "notification", c.About.ID.String(), string(k), to.String()),
			Message:      string(k), Recipient: to, Subject: s.Request.Name,
		}
		if k == BundleReady {
			n.Bundle = c.About.Stream
		} else {
			n.Request = c.About.Stream
		}
		out = append(out, n)
	}
	return out
}
