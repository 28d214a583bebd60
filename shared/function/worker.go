package function

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/telemetry"
	"github.com/google/uuid"
)

// A worker carries out owed work: what a doorbell names, or what a tick finds.
type worker struct {
	Function
	announcer *announcer
	metrics   *metrics
	patience  time.Duration
}

// Bounds of a tick: it must end before the next one is of use, and must not take
// more than the function's few database connections can bear.
const (
	tickBatch   = 100
	tickWorkers = 4
	tickLimit   = 30 * time.Second // after that nothing new is begun
	workLimit   = 25 * time.Second // less than eventlog.HoldFor

	// tickAttention is for owed work and what else there is to do together: who
	// brings ticks waits no longer than a minute.
	tickAttention = 45 * time.Second
)

// fact acts on one fact if it is owed. Nothing owed is no error.
func (k *worker) fact(ctx context.Context, tenant, id uuid.UUID) error {
	w, in, ok, err := k.Ledger.Take(ctx, k.Name, tenant, id)
	if err != nil || !ok {
		return err
	}
	ctx = WithLog(ctx, slog.String("tenant", tenant.String()), slog.String("stream", in.Stream.String()), slog.String("fact", string(in.Type)))
	ctx, span := telemetry.Resume(ctx, telemetry.Consumer, telemetry.SpanFact+" "+string(in.Type), in.TraceParent,
		telemetry.Tenant(tenant), telemetry.Stream(in.Stream), telemetry.Fact(in.Type), telemetry.Attempt(w.Attempt))
	recorded, err := k.carryOut(ctx, w, in)
	span.End(err)
	if err == nil {
		k.timers(ctx, append([]eventlog.Key{w.Key}, streamsOf(recorded)...)...)
	}
	return err
}

// timers runs the timers of the streams that are due, and those that become due
// while patience lasts. What goes wrong stays owed and is not the caller's
// concern.
func (k *worker) timers(ctx context.Context, streams ...eventlog.Key) {
	if len(k.Routes.Timers) == 0 {
		return
	}
	until := k.Now().Add(k.patience)
	for i, key := range streams {
		if !slices.Contains(streams[:i], key) {
			k.timersOf(ctx, key, until)
		}
	}
}

// timersOf takes at least one timer if any is due, and begins nothing after
// until: a timer that always sets itself anew must not hold the caller.
func (k *worker) timersOf(ctx context.Context, key eventlog.Key, until time.Time) {
	for {
		w, ok, err := k.Ledger.TakeTimer(ctx, k.Name, key)
		if err != nil || ok && k.timer(ctx, w) != nil {
			return
		}
		if !ok && !k.await(ctx, key, until) || k.Now().After(until) {
			return
		}
	}
}

// await waits for the stream's next timer; false if it comes too late.
func (k *worker) await(ctx context.Context, key eventlog.Key, until time.Time) bool {
	due, ok, err := k.Ledger.NextTimer(ctx, k.Name, key)
	if err != nil || !ok || due.After(until) {
		return false
	}
	select {
	case <-time.After(max(due.Sub(k.Now()), time.Millisecond)):
		return true
	case <-ctx.Done():
		return false
	}
}

func (k *worker) timer(ctx context.Context, w eventlog.Work) error {
	ctx = WithLog(ctx, slog.String("tenant", w.Key.Tenant.String()), slog.String("stream", w.Key.Stream.String()), slog.String("timer", w.Kind))
	ctx, span := telemetry.Resume(ctx, telemetry.Consumer, telemetry.SpanTimer+" "+timerKind(w), w.TraceParent,
		telemetry.Tenant(w.Key.Tenant), telemetry.Stream(w.Key.Stream), telemetry.Timer(timerKind(w)), telemetry.Attempt(w.Attempt))
	_, err := k.carryOut(ctx, w, event.Envelope{})
	span.End(err)
	return err
}

// timerKind is what the routes and metrics know a timer by.
func timerKind(w eventlog.Work) string {
	kind, _, _ := strings.Cut(w.Kind, ":")
	return kind
}

// handle finds who acts on the work, in being the fact unless it is a timer, and
// runs them.
func (k *worker) handle(ctx context.Context, w eventlog.Work, in event.Envelope) ([]event.Envelope, error) {
	if w.IsTimer() {
		if handle := k.Routes.Timers[timerKind(w)]; handle != nil {
			return handle(ctx, w)
		}
	} else if handle := k.Routes.Facts[in.Type]; handle != nil {
		return handle(ctx, in, w)
	}
	return nil, errUnknownType
}

// carryOut acts on work that is held: announces what was recorded, or gives the
// work back with the reason. A panic is a failure like others.
func (k *worker) carryOut(ctx context.Context, w eventlog.Work, in event.Envelope) (recorded []event.Envelope, err error) {
	began := k.Now()
	defer func() { k.metrics.worked(w, in, err, k.Now().Sub(began)) }()
	ctx, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	recorded, err = recovered(func() ([]event.Envelope, error) { return k.handle(ctx, w, in) })
	if err != nil {
		return nil, k.giveBack(context.WithoutCancel(ctx), w, in, err)
	}
	if len(recorded) == 0 { // otherwise the append has settled it
		if err := k.Ledger.Settle(ctx, w); err != nil {
			return nil, err
		}
	}
	k.announcer.announce(ctx, recorded)
	return recorded, nil
}

// recovered makes an error of a panic.
func recovered[T any](run func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run()
}

// streamsOf names the streams that facts are in.
func streamsOf(facts []event.Envelope) []eventlog.Key {
	var keys []eventlog.Key
	for _, e := range facts {
		keys = append(keys, eventlog.Key{Tenant: e.Tenant, Stream: e.Stream})
	}
	return keys
}

// tick takes up everything that is owed, oldest first, a batch at a time.
func (k *worker) tick(ctx context.Context) {
	k.metrics.ticked()
	owed, err := k.Ledger.Owed(ctx, k.Name, tickBatch)
	if err != nil {
		k.Logger.WarnContext(ctx, "cannot see what is owed", "error", err.Error())
		return
	}
	if len(owed) == 0 {
		return
	}
	ctx, span := telemetry.Start(ctx, telemetry.Server, telemetry.SpanTick)
	defer span.End(nil)
	until := k.Now().Add(tickLimit)
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
		if k.Now().After(until) {
			break // the next tick goes on
		}
		queue <- w
	}
	close(queue)
	wg.Wait()
}

// giveBack returns work with the reason why it was not done, and err itself.
func (k *worker) giveBack(ctx context.Context, w eventlog.Work, in event.Envelope, err error) error {
	wait, dead := retry(err, w.Attempt)
	k.metrics.gaveBack(w, in, err, dead)
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
	longestWait = 15 * time.Second
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
