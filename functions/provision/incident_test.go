package main

import (
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// TestIncidents: what can happen to a build, and what comes of it.
func TestIncidents(t *testing.T) {
	t.Parallel()
	denied := hypervisor.Permanent(placement.NoPermission, "the account lacks a privilege", nil)
	busy := hypervisor.Transient(placement.Busy, "somebody else works on it", nil)
	for name, tc := range map[string]struct {
		reason   string
		incident func(*bundle, uuid.UUID) // after the clone was begun
		story    string
		machines int
	}{
		"AwayForThreeHours": {"recorded once; then it goes on by itself", func(b *bundle, _ uuid.UUID) {
			b.vms.Down(true)
			b.ticks(3 * time.Hour)
			b.vms.Down(false)
		}, "started clone stalled:unreachable clone customize reconfigure power_on succeeded", 1},
		"AwayTwice": {"recorded each time", func(b *bundle, _ uuid.UUID) {
			for range 2 {
				b.vms.Down(true)
				b.ticks(time.Minute)
				b.vms.Down(false)
				b.ticks(11 * time.Second)
			}
		}, "started clone stalled:unreachable clone customize stalled:unreachable reconfigure power_on succeeded", 1},
		"StepIsHindered": {
			"tried again, recorded once", func(b *bundle, _ uuid.UUID) { b.vms.Fail(placement.StepReconfigure, busy, busy, busy) },
			"started clone customize stalled:busy reconfigure power_on succeeded", 1,
		},
		"TaskFailsInPassing": {"begun anew, with a new task", func(b *bundle, id uuid.UUID) {
			_, task := b.vm(id)
			b.vms.FailTask(task, busy.Fault)
		}, "started clone stalled:busy clone customize reconfigure power_on succeeded", 1},
		"TaskForgotten": {"the machine tells", func(b *bundle, id uuid.UUID) {
			_, task := b.vm(id)
			b.vms.Forget(task)
		}, "started clone customize reconfigure power_on succeeded", 1},
		"MachineLost": {"made again", func(b *bundle, id uuid.UUID) {
			vm, task := b.vm(id)
			b.vms.Forget(task)
			b.vms.Lose(vm)
		}, "started clone clone customize reconfigure power_on succeeded", 1},
		"StepDenied": {
			"given up, and rolled back", func(b *bundle, _ uuid.UUID) { b.vms.Fail(placement.StepReconfigure, denied) },
			"started clone customize abandoned failed", 0,
		},
		"TaskFailsForGood": {"given up, and rolled back", func(b *bundle, id uuid.UUID) {
			_, task := b.vm(id)
			b.vms.FailTask(task, denied.Fault)
		}, "started clone abandoned failed", 0},
		"Foreign": {"somebody else's machine is left alone", func(b *bundle, id uuid.UUID) {
			vm, task := b.vm(id)
			b.vms.FailTask(task, busy.Fault)
			b.vms.Plant(vm)
		}, "started clone abandoned failed", 1},
		"AwayWhileRemoving": {"recorded once; then it is removed", func(b *bundle, id uuid.UUID) {
			b.vms.Fail(placement.StepCustomize, denied)
			for b.story(id) != "started clone abandoned" {
				b.tick(b.handler)
				time.Sleep(100 * time.Millisecond)
			}
			b.vms.Down(true)
			b.ticks(3 * time.Hour)
			b.vms.Down(false)
		}, "started clone abandoned stalled:unreachable failed", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				e := b.granted()
				b.ring(b.handler, e)
				b.want("the delivery begins", e.Stream, "started clone", 0)
				tc.incident(b, e.Stream)
				b.ticks(5 * time.Minute)
				b.want(tc.reason, e.Stream, tc.story, tc.machines)
				if debts := b.log.Debts(event.Provision); len(debts) != 0 {
					t.Errorf("%s: still owed: %+v", tc.reason, debts)
				}
				stream := b.stream(e.Stream)
				if f, ok := stream[len(stream)-1].Fact.(event.ProvisioningFailed); ok && (f.RolledBack != (tc.machines == 0) || !f.Retryable) {
					t.Errorf("%s: failed %+v", tc.reason, f)
				}
			})
		})
	}
}

// TestRetryBuildsAgain: what failed and was rolled back is made by the next try.
func TestRetryBuildsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		e := b.granted()
		b.vms.Fail(placement.StepPowerOn, hypervisor.Permanent(placement.InsufficientResources, "no host has room", nil))
		b.ring(b.handler, e)
		b.ticks(time.Minute)
		const first = "started clone customize reconfigure abandoned failed"
		b.want("rolled back", e.Stream, first, 0)

		retried := b.happen(e.Stream, event.Submit, event.RequestRetried{})
		for range 2 {
			b.ring(b.handler, retried)
			b.ticks(time.Minute)
		}
		b.want("built again, once", e.Stream, first+" retried "+whole, 1)
	})
}

// TestNeverWorks: a task that always fails in passing ends after the outer limit.
func TestNeverWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		e := b.granted()
		b.ring(b.handler, e)
		begin := time.Now()
		for time.Since(begin) < 2*time.Hour {
			vm, task := b.vm(e.Stream)
			if o, err := b.vms.Observe(t.Context(), vm, task); err == nil && o.Task == placement.TaskRunning {
				b.vms.FailTask(task, placement.Fault{Code: placement.Busy, Detail: "again", Transient: true})
			}
			b.tick(b.handler)
			time.Sleep(time.Second)
		}
		stream := b.stream(e.Stream)
		last, ok := stream[len(stream)-1].Fact.(event.ProvisioningFailed)
		if took := stream[len(stream)-1].OccurredAt.Sub(begin); !ok || last.Code != "busy" || !last.Retryable || took < time.Hour || took > 70*time.Minute {
			t.Errorf("after %s: %+v", took, last)
		}
		if len(stream) > 250 {
			t.Errorf("%d facts about a build that did not work", len(stream))
		}
		if got := b.vms.Machines(); len(got) != 0 {
			t.Errorf("left behind: %v", got)
		}
	})
}
