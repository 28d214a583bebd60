package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	logmemory "dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
)

// A crash is what happens at an append, when the hypervisor has been asked.
type crash string

const (
	before crash = "BeforeCommit" // the process dies, nothing is recorded
	after  crash = "AfterCommit"  // it is recorded, and the process dies before it knows
	away   crash = "LogAway"      // nothing is recorded; the process lives and gives the work back
)

var errGone = errors.New("the process is gone")

// fragile is the log as a process sees it that crashes at the n-th append. What
// a dead process had leased stays leased.
type fragile struct {
	*logmemory.Log
	how crash

	mu       sync.Mutex
	n        int
	dead     bool
	happened bool
}

func (l *fragile) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return nil, errGone
	}
	if l.n--; l.n != 0 {
		return l.Log.Append(ctx, r)
	}
	l.happened, l.dead = true, l.how != away
	if l.how == after {
		if _, err := l.Log.Append(ctx, r); err != nil {
			return nil, err
		}
	}
	return nil, fault.New(fault.Transient, "log_unreachable", "Away.")
}

func (l *fragile) Fail(ctx context.Context, w eventlog.Work, reason string, wait time.Duration, dead bool) error {
	if l.gone() {
		return errGone
	}
	return l.Log.Fail(ctx, w, reason, wait, dead)
}

func (l *fragile) Settle(ctx context.Context, w eventlog.Work) error {
	if l.gone() {
		return errGone
	}
	return l.Log.Settle(ctx, w)
}

func (l *fragile) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

func (l *fragile) restart() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = false
}

// TestCrashes: wherever a process dies, another goes on, to one machine and one
// success; or, if a step is refused, to no machine and one failure.
func TestCrashes(t *testing.T) {
	t.Parallel()
	refusals := slices.Repeat([]error{hypervisor.Permanent(placement.InsufficientResources, "no host has room", nil)}, 10)
	for name, tc := range map[string]struct {
		prepare  func(*bundle)
		story    string
		machines int
	}{
		"Success": {func(*bundle) {}, whole, 1},
		"Failure": {func(b *bundle) { b.vms.Fail(placement.StepPowerOn, refusals...) }, "started clone customize reconfigure abandoned failed", 0},
	} {
		for _, how := range []crash{before, after, away} {
			t.Run(name+string(how), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := 1
					for crashes(t, how, n, tc.prepare, tc.story, tc.machines) {
						n++
					}
					if n < 7 {
						t.Errorf("only %d appends until the end", n-1)
					}
				})
			})
		}
	}
}

// crashes plays a build that crashes at the n-th append; false if it has ended
// without.
func crashes(t *testing.T, how crash, n int, prepare func(*bundle), story string, machines int) bool {
	t.Helper()
	b := setup(t)
	log := &fragile{Log: b.log, how: how, n: n}
	b.handler = b.process(log, one{b.vms}, time.Second)
	prepare(b)
	e := b.granted()
	b.ring(b.handler, e)
	for range 120 {
		log.restart()
		b.tick(b.handler)
		time.Sleep(time.Second)
	}
	b.want(fmt.Sprintf("crash at append %d", n), e.Stream, story, machines)
	if debts := b.log.Debts(event.Provision); len(debts) != 0 {
		t.Errorf("crash at append %d: still owed %+v", n, debts)
	}
	return log.happened
}

// slow is a hypervisor whose first answer to a clone comes when the lease of the
// asking process has ended long since.
type slow struct {
	hypervisor.Hypervisor
	once *sync.Once
}

func (s slow) Clone(ctx context.Context, vm placement.VM) (task string, err error) {
	task, err = s.Hypervisor.Clone(ctx, vm)
	s.once.Do(func() { time.Sleep(2 * eventlog.HoldFor) })
	return task, err
}

// TestLeaseEnds: two processes hold the same timer, one after the other, and the
// first comes back when the second is through.
func TestLeaseEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		first := b.process(b.log, one{slow{b.vms, new(sync.Once)}}, 0)
		e := b.granted()
		go b.ring(first, e)
		time.Sleep(time.Second)
		b.ticks(eventlog.HoldFor - 2*time.Second)
		b.want("the lease holds", e.Stream, "started", 0)
		b.ticks(20 * time.Second)
		b.want("the second process is through", e.Stream, whole, 1)
		time.Sleep(time.Minute)
		b.ticks(time.Minute)
		b.want("the first adds nothing", e.Stream, whole, 1)
	})
}

// TestTimerRace: many hold the same timer at the same moment. Each asks the
// hypervisor, so some steps may be done that nobody records; but there is one
// machine in the end, and one success.
func TestTimerRace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e := b.granted()
	p := &provisioner{log: b.log, tenants: slugs{}, store: b.shelf, fleet: one{b.vms}, now: time.Now}
	w, in, ok, err := b.log.Take(t.Context(), event.Provision, tenant, e.ID)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if _, err := p.begin(t.Context(), in, w); err != nil {
		t.Fatal(err)
	}
	for len(b.log.Debts(event.Provision)) > 0 {
		timer, ok, err := b.log.TakeTimer(t.Context(), event.Provision, w.Key)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := p.goOn(t.Context(), timer); err != nil && !errors.Is(err, eventlog.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	story := b.story(e.Stream)
	if !strings.HasPrefix(story, "started clone ") || !strings.HasSuffix(story, " succeeded") || strings.Count(story, "succeeded") != 1 || strings.Contains(story, "failed") {
		t.Errorf("story %q", story)
	}
	if got := b.vms.Machines(); len(got) != 1 {
		t.Errorf("machines %v", got)
	}
}

// TestTwoProcesses tick at the same moment on the same log.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		other := b.process(b.log, one{b.vms}, time.Second)
		e := b.granted()
		for range 60 {
			var wg sync.WaitGroup
			wg.Go(func() { b.ring(b.handler, e) })
			wg.Go(func() { b.ring(other, e) })
			wg.Go(func() { b.tick(b.handler) })
			wg.Go(func() { b.tick(other) })
			wg.Wait()
			time.Sleep(time.Second)
		}
		b.want("together", e.Stream, whole, 1)
	})
}
