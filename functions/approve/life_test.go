package main

import (
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/shared/event"
)

const day = 24 * time.Hour

// TestSmallMachine: the policy says yes, and nobody is asked.
func TestSmallMachine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e := b.submitted(4)
	b.ring(e)
	b.want("granted at once", "request.submitted approval.granted")
	granted := b.log.Facts(tenant)[1]
	f, ok := granted.Fact.(event.ApprovalGranted)
	if !ok || !f.Automatic || f.Receipt.Rule != "small-machines" || f.Receipt.Inputs["ram_gib"] != 4 {
		t.Errorf("fact %+v", granted)
	}
	if granted.CauseID != e.ID.String() || granted.CorrelationID != "root" || granted.Actor != event.By(event.Approve) {
		t.Errorf("cause %q in %q by %v", granted.CauseID, granted.CorrelationID, granted.Actor)
	}
	if got := b.timers(); got != "" {
		t.Errorf("timers %q", got)
	}
}

// TestNobodyDecides: opened, reminded after a day, expired after a week, all by
// ticks; then it is too late.
func TestNobodyDecides(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		begin := time.Now()
		request := b.submitted(8).Stream // never announced: the tick finds it
		b.tick()
		b.want("opened", "request.submitted approval.opened")

		time.Sleep(day - time.Second)
		b.tick()
		b.want("not yet", "request.submitted approval.opened")
		time.Sleep(time.Second)
		b.tick()
		b.tick()
		const reminded = "request.submitted approval.opened approval.reminded"
		b.want("once, after a day", reminded)
		if got := b.timers(); got != "expire" {
			t.Errorf("timers %q", got)
		}

		time.Sleep(6*day - time.Second)
		b.tick()
		b.want("not yet", reminded)
		time.Sleep(time.Second)
		b.tick()
		b.tick()
		b.want("once, after a week", reminded+" approval.expired")
		if f, ok := b.log.Facts(tenant)[3].Fact.(event.ApprovalExpired); !ok || !f.DueAt.Equal(begin.Add(7*day)) {
			t.Errorf("expired %+v", f)
		}
		if a := b.decide("anna", "c1", request, approve); a.Status != 409 || a.Code != "already_decided" {
			t.Errorf("too late: %+v", a)
		}
		if got := b.timers(); got != "" {
			t.Errorf("timers %q", got)
		}
	})
}

// TestDecidedInTime: the timers end with the decision.
func TestDecidedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		request := b.opened()
		time.Sleep(2 * day)
		b.tick()
		b.decide("anna", "c1", request, approve)
		time.Sleep(30 * day)
		b.tick()
		b.want("nothing after the decision", "request.submitted approval.opened approval.reminded approval.granted")
	})
}

// TestWithdrawnWhileWaiting: submit cannot end our timers, but they come to nothing.
func TestWithdrawnWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		request := b.opened()
		b.happen(request, event.RequestWithdrawn{By: people["ute"].Person})
		time.Sleep(30 * day)
		b.tick()
		b.want("neither reminded nor expired", "request.submitted approval.opened request.withdrawn")
		if got := b.timers(); got != "" {
			t.Errorf("timers %q", got)
		}
	})
}

// TestAwayForAMonth: approve was down; the request is closed all the same.
func TestAwayForAMonth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		b.opened()
		time.Sleep(30 * day)
		b.tick()
		b.tick()
		b.want("in order", "request.submitted approval.opened approval.reminded approval.expired")
	})
}
