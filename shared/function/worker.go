package function

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A worker carries out owed work: what a doorbell names, or what a tick finds.
type worker struct {
	Function
	announcer *announcer
	patience  time.Duration
	now       func() time.Time
}

// Bounds of a tick: it must end before the next one is of use, and must not take
// more than the function's few database connections can bear.
const (
	tickBatch   = 100
	tickWorkers = 4
	workLimit   = 25 * time.Second // less than eventlog.HoldFor
)

// fact acts on one fact if it is owed. Nothing owed is no error.
func (k *worker) fact(ctx context.Context, tenant, id uuid.UUID) error {
	w, in, ok, err := k.Ledger.Take(ctx, k.Name, tenant, id)
	if err != nil || !ok {
		return err
	}
	ctx = WithLog(ctx, slog.String("tenant", tenant.String()), slog.String("stream", in.Stream.String()), slog.String("fact", string(in.Type)))
	handle := k.Routes.Facts[in.Type]
	if handle == nil {
		return k.giveBack(ctx, w, errUnknownType)
	}
	err = k.carryOut(ctx, w, func(ctx context.Context) ([]event.Envelope, error) { return handle(ctx, in, w) })
	if err == nil {
		k.timers(ctx, w.Key)
	}
	return err
}

// timers runs the stream's timers that are due, and those that become due while
// patience lasts. What goes wrong stays owed and is not the caller's concern.
func (k *worker) timers(ctx context.Context, key eventlog.Key) {
	if len(k.Routes.Timers) == 0 {
		return
	}
	until := k.now().Add(k.patience)
	for {
		w, ok, err := k.Ledger.TakeTimer(ctx, k.Name, key)
		if err != nil {
			return
		}
		if ok {
			if k.timer(ctx, w) != nil {
				return
			}
			continue
		}
		due, ok, err := k.Ledger.NextTimer(ctx, k.Name, key)
		if err != nil || !ok || due.After(until) {
			return
		}
		select {
		case <-time.After(max(due.Sub(k.now()), time.Millisecond)):
		case <-ctx.Done():
			return
		}
	}
}

func (k *worker) timer(ctx context.Context, w eventlog.Work) error {
	ctx = WithLog(ctx, slog.String("tenant", w.Key.Tenant.String()), slog.String("stream", w.Key.Stream.String()), slog.String("timer", w.Kind))
	handle := k.Routes.Timers[w.Kind]
	if handle == nil {
		return k.giveBack(ctx, w, errUnknownType)
	}
	return k.carryOut(ctx, w, func(ctx context.Context) ([]event.Envelope, error) { return handle(ctx, w) })
}

// carryOut runs a handler on work that is held: announces what it recorded, or
// gives the work back with the reason. A panic is a failure like others.
func (k *worker) carryOut(ctx context.Context, w eventlog.Work, handle func(context.Context) ([]event.Envelope, error)) error {
	ctx, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	recorded, err := recovered(ctx, handle)
	if err != nil {
		return k.giveBack(context.WithoutCancel(ctx), w, err)
	}
	if len(recorded) == 0 { // otherwise the append has settled it
		if err := k.Ledger.Settle(ctx, w); err != nil {
			return err
		}
	}
	k.announcer.announce(ctx, recorded)
	return nil
}

func recovered(ctx context.Context, handle func(context.Context) ([]event.Envelope, error)) (recorded []event.Envelope, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return handle(ctx)
}

// followUp runs the timers that a command has set.
func (k *worker) followUp(ctx context.Context, recorded []event.Envelope) {
	if len(recorded) > 0 {
		k.timers(ctx, eventlog.Key{Tenant: recorded[0].Tenant, Stream: recorded[0].Stream})
	}
}

// tick takes up everything that is owed, oldest first, a batch at a time.
func (k *worker) tick(ctx context.Context) {
	owed, err := k.Ledger.Owed(ctx, k.Name, tickBatch)
	if err != nil {
		k.Logger.WarnContext(ctx, "cannot see what is owed", "error", err.Error())
		return
	}
	var wg sync.WaitGroup
	queue := make(chan eventlog.Work)
	for range min(tickWorkers, len(owed)) {
		wg.Go(func() {
			for w := range queue {
				if w.IsTimer() {
					k.timers(ctx, w.Key)
				} else {
					_ = k.fact(ctx, w.Key.Tenant, w.Fact) // logged and kept by giveBack
				}
			}
		})
	}
	for _, w := range owed {
		queue <- w
	}
	close(queue)
	wg.Wait()
}

// giveBack returns work with the reason why it was not done, and err itself.
func (k *worker) giveBack(ctx context.Context, w eventlog.Work, err error) error {
	wait, dead := retry(err, w.Attempt)
	level := slog.LevelWarn
	if dead {
		level = slog.LevelError
	}
	k.Logger.Log(ctx, level, "work not done", "error", err.Error(), "attempt", w.Attempt, "again_in", wait.String(), "dead_letter", dead)
	if e := k.Ledger.Fail(ctx, w, err.Error(), wait, dead); e != nil {
		k.Logger.ErrorContext(ctx, "cannot give work back; its lease will end", "error", e.Error())
	}
	return err
}

// Bounds of retrying.
const (
	firstWait   = time.Second
	longestWait = time.Minute
	maxAttempts = 10 // of what is neither transient nor refused for good
)

// retry says when to try again, or that there is no use. Waits double.
func retry(err error, attempt int) (wait time.Duration, dead bool) {
	wait = min(firstWait<<min(attempt-1, 10), longestWait)
	switch fault.KindOf(err) {
	case fault.Transient, fault.Conflict:
		return wait, false
	case fault.Internal:
		return wait, attempt >= maxAttempts
	default:
		return 0, true
	}
}
