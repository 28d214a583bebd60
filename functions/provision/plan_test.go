package main

import (
	"errors"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// TestPlanRefuses: what cannot even begin has failed, with a reason, and nothing
// is asked of a hypervisor.
func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*event.RequestSubmitted)
		code   string
	}{
		"Connection": {"removed between approval and build", func(f *event.RequestSubmitted) { f.Connection = uuid.New() }, "connection_missing"},
		"Template":   {"no longer offered", func(f *event.RequestSubmitted) { f.Template = "debian-12" }, "template_missing"},
		"Network":    {"no longer offered: the template's own is not what was approved", func(f *event.RequestSubmitted) { f.Network = "lan" }, "network_missing"},
		"Name":       {"no name of a machine", func(f *event.RequestSubmitted) { f.Name = "con" }, "invalid_name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			e := b.granted(tc.change)
			if status := b.ring(b.handler, e); status != 202 {
				t.Errorf("%s: status %d", tc.reason, status)
			}
			b.want(tc.reason, e.Stream, "failed", 0)
			stream := b.stream(e.Stream)
			if f, ok := stream[len(stream)-1].Fact.(event.ProvisioningFailed); !ok || f.Code != tc.code || f.Step != "clone" || !f.Retryable || f.RolledBack || f.Detail == "" {
				t.Errorf("%s: failed %+v", tc.reason, f)
			}
			if debts := b.log.Debts(event.Provision); len(debts) != 0 {
				t.Errorf("%s: still owed: %+v", tc.reason, debts)
			}
		})
	}
}

// TestPlanWaits: a store that is away is no reason to fail.
func TestPlanWaits(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		err    error
		status int
		dead   bool
	}{
		"Away":    {"delivered again", fault.New(fault.Transient, "log_unreachable", "Away."), 503, false},
		"Unknown": {"delivered again, a few times", errors.New("?"), 500, false},
		"Broken":  {"a person has to look", fault.New(fault.Invalid, "x", "Broken."), 422, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shelf.err = tc.err
			e := b.granted()
			if status := b.ring(b.handler, e); status != tc.status {
				t.Errorf("%s: status %d, want %d", tc.reason, status, tc.status)
			}
			b.want(tc.reason, e.Stream, "", 0)
			if debts := b.log.Debts(event.Provision); len(debts) != 1 || debts[0].Dead != tc.dead || debts[0].Fact != e.ID {
				t.Errorf("%s: owed %+v", tc.reason, debts)
			}
		})
	}
}

// TestNoRequest: a grant in a stream that begins with no request is for a person
// to look at.
func TestNoRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e := b.happen(uuid.New(), event.Approve, event.ApprovalGranted{Automatic: true})
	if status := b.ring(b.handler, e); status != 422 {
		t.Errorf("status %d, want 422", status)
	}
	if debts := b.log.Debts(event.Provision); len(debts) != 1 || !debts[0].Dead || !strings.Contains(debts[0].Reason, "no request") {
		t.Errorf("owed %+v", debts)
	}
}
