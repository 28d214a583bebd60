package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	logmemory "dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"dcm.io/shared/function/functiontest"
)

// whole is the story of a build without incidents.
const whole = "started clone customize reconfigure power_on succeeded"

// paused is a hypervisor that is never heard to the end.
type paused struct{ hypervisor.Hypervisor }

func (paused) Observe(context.Context, placement.VM, string) (placement.Observation, error) {
	return placement.Observation{}, hypervisor.Transient(placement.Interrupted, "interrupted", nil)
}

// TestConformance is about what deliveries record, so the timers that they set
// come to nothing; those have tests of their own.
func TestConformance(t *testing.T) {
	t.Parallel()
	functiontest.Run(t, event.Provision, func(_ *testing.T, log *logmemory.Log, now func() time.Time) function.Routes {
		p := &provisioner{log: log, tenants: slugs{}, store: newShelf(), fleet: one{paused{}}, now: now}
		return p.routes()
	})
}

// TestBuild: one delivery and ticks make a machine.
func TestBuild(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		e := b.granted()
		if status := b.ring(b.handler, e); status != 202 {
			t.Errorf("status %d", status)
		}
		b.want("the delivery begins", e.Stream, "started clone", 0)
		b.ticks(time.Minute)
		b.want("the ticks go on", e.Stream, whole, 1)
		if debts := b.log.Debts(event.Provision); len(debts) != 0 {
			t.Errorf("still owed: %+v", debts)
		}
		stream := b.stream(e.Stream)
		f, ok := stream[len(stream)-1].Fact.(event.ProvisioningSucceeded)
		vm, _ := b.vm(e.Stream)
		if !ok || f.Address != "192.0.2.10" || f.InstanceUUID != vm.InstanceUUID || f.VMName != b.vms.Machines()[0] || f.Ref == "" {
			t.Errorf("succeeded %+v", f)
		}
		for _, e := range stream[2:] {
			if e.CorrelationID != "root" || e.Actor != event.By(event.Provision) {
				t.Errorf("%s in %q by %v", e.Type, e.CorrelationID, e.Actor)
			}
		}
		b.ring(b.handler, e)
		b.ticks(time.Minute)
		b.want("delivered again", e.Stream, whole, 1)
	})
}

// TestBuildInOneDelivery: with patience the delivery goes on to the end.
func TestBuildInOneDelivery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		e := b.granted()
		b.ring(b.process(b.log, one{b.vms}, 5*time.Second), e)
		b.want("in seconds", e.Stream, whole, 1)
	})
}

// TestNeverAnnounced: the tick finds what the broker has lost.
func TestNeverAnnounced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		first, second := b.granted(), b.granted()
		b.ticks(time.Minute)
		b.want("one", first.Stream, whole, 2)
		b.want("and the other", second.Stream, whole, 2)
	})
}
