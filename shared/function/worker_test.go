package function_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
)

func TestDoorbell(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fails  error
		panics any
		status int
		owed   bool // still
		dead   bool
		reason string
	}{
		"Done":      {status: 202, reason: "recorded and settled"},
		"Transient": {fails: errAway, status: 503, owed: true, reason: "the broker delivers again, the tick tries again"},
		"Permanent": {fails: errNever, status: 422, owed: true, dead: true, reason: "trying again is of no use"},
		"Conflict":  {fails: eventlog.ErrConflict, status: 409, owed: true, reason: "the broker delivers again"},
		"Bug":       {fails: errBug, status: 500, owed: true, reason: "it may have been bad luck"},
		"Panic":     {panics: "oh no", status: 500, owed: true, reason: "a panic is a failure like others"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			fact := b.submitted(t)
			record := b.onFact
			b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
				switch {
				case tc.panics != nil:
					panic(tc.panics)
				case tc.fails != nil:
					return nil, tc.fails
				}
				return record(ctx, in, w)
			}
			if w := serve(b.handler(t), doorbell(fact)); w.Code != tc.status {
				t.Errorf("status %d, want %d: %s", w.Code, tc.status, tc.reason)
			}
			debts := b.log.Debts(event.Approve)
			if owed := len(debts) == 1; owed != tc.owed {
				t.Fatalf("owed %+v: %s", debts, tc.reason)
			}
			if !tc.owed {
				return
			}
			if d := debts[0]; d.Attempt != 1 || d.Dead != tc.dead || d.Reason == "" {
				t.Errorf("owed %+v, want one attempt, a reason, dead %v: %s", d, tc.dead, tc.reason)
			}
			if tc.panics != nil && !strings.Contains(debts[0].Reason, "worker_test.go") {
				t.Errorf("reason %q, want where it panicked", debts[0].Reason)
			}
		})
	}
}

// TestForgedAnnouncement: the broker is believed nothing but tenant and id.
func TestForgedAnnouncement(t *testing.T) {
	t.Parallel()
	b := setup(t)
	genuine := b.submitted(t)
	var seen event.Envelope
	b.onFact = func(_ context.Context, in event.Envelope, _ eventlog.Work) ([]event.Envelope, error) {
		seen = in
		return nil, nil
	}
	lie := doorbell(genuine)
	lie.Header.Set("ce-subject", "another stream")
	lie.Header.Set("ce-correlationid", "another chain")
	if w := serve(b.handler(t), lie); w.Code != 202 {
		t.Errorf("status %d", w.Code)
	}
	if seen.Stream != genuine.Stream || seen.CorrelationID != "c1" || string(seen.Data) != string(genuine.Data) {
		t.Errorf("the handler was given %+v, want the fact as the log has it", seen)
	}
}

// TestRetryWaits: each failure waits longer, up to a minute; failures that are
// nobody's word end as dead letters.
func TestRetryWaits(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fails    error
		attempts int // that the test lets happen
		dead     bool
		reason   string
	}{
		"Transient": {fails: errAway, attempts: 20, reason: "what is away comes back; it is tried for as long as it takes"},
		"Bug":       {fails: errBug, attempts: 10, dead: true, reason: "ten times is enough to know"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.submitted(t)
			var calls int
			b.onFact = func(context.Context, event.Envelope, eventlog.Work) ([]event.Envelope, error) {
				calls++
				return nil, tc.fails
			}
			h := b.handler(t)
			wait := time.Second
			for attempt := 1; attempt <= tc.attempts; attempt++ {
				serve(h, ping())
				if calls != attempt {
					t.Fatalf("%d calls after %d waits: %s", calls, attempt, tc.reason)
				}
				b.elapse(wait - time.Millisecond)
				serve(h, ping())
				if calls != attempt {
					t.Fatalf("attempt %d: tried again before %v had passed", attempt, wait)
				}
				b.elapse(time.Millisecond)
				wait = min(2*wait, 15*time.Second)
			}
			if d := b.log.Debts(event.Approve)[0]; d.Dead != tc.dead {
				t.Errorf("dead %v after %d attempts: %s", d.Dead, tc.attempts, tc.reason)
			}
		})
	}
}

// TestTick: what nobody announced is found, and one failure holds up nothing.
func TestTick(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const requests = 30
	var bad event.Envelope
	for range requests {
		bad = b.submitted(t)
	}
	record := b.onFact
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		if in.ID == bad.ID {
			panic("poison")
		}
		return record(ctx, in, w)
	}
	if w := serve(b.handler(t), ping()); w.Code != 202 {
		t.Errorf("status %d, want 202", w.Code)
	}
	if debts := b.log.Debts(event.Approve); len(debts) != 1 || debts[0].Fact != bad.ID {
		t.Errorf("%d owed, want the poisonous one alone", len(debts))
	}
}

// TestTickOfTheFunction comes after what is owed, which counts against its time;
// one that fails is not the broker's concern.
func TestTickOfTheFunction(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submitted(t)
	act := b.onFact
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		b.elapse(20 * time.Second)
		return act(ctx, in, w)
	}
	ticks := 0
	b.onTick = func(_ context.Context, until time.Time) {
		if left := until.Sub(b.clock()); left != []time.Duration{25 * time.Second, 45 * time.Second}[ticks] {
			t.Errorf("tick %d has %s left", ticks, left)
		}
		if ticks++; len(b.log.Debts(event.Approve)) != 0 {
			t.Error("work was still owed")
		}
		panic("poison")
	}
	for range 2 {
		if w := serve(b.handler(t), ping()); w.Code != 202 {
			t.Errorf("status %d, want 202", w.Code)
		}
	}
	if ticks != 2 {
		t.Errorf("%d ticks, want 2", ticks)
	}
}

func TestTimers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		patience time.Duration
		again    time.Duration // the timer sets itself anew, so much later; 0: never
		takes    time.Duration // each run
		runs     int
		reason   string
	}{
		"Once":       {runs: 1, reason: "a timer that nobody sets again is settled"},
		"SetsAgain":  {again: time.Hour, patience: time.Second, runs: 1, reason: "the next is the tick's"},
		"Patience":   {again: 2 * time.Second, patience: 5 * time.Second, runs: 3, reason: "a delivery goes on while patience lasts"},
		"Impatience": {again: 2 * time.Second, runs: 1, reason: "without patience the rest is the tick's"},
		"Restless":   {again: -time.Hour, takes: time.Second, patience: 5 * time.Second, runs: 6, reason: "a timer that is always due must not hold the caller"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				b.moving = true
				b.config.Patience = tc.patience
				set := func(ctx context.Context, w eventlog.Work, due time.Time) error {
					r := eventlog.Record{Key: w.Key, Cause: eventlog.Cause{ID: "t", By: event.Approve}, Settles: &w}
					if !due.IsZero() {
						r.Timers = []eventlog.Timer{{Kind: "remind", Due: due}}
					}
					_, err := b.log.Append(ctx, r)
					return err
				}
				b.onFact = func(ctx context.Context, _ event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
					return nil, set(ctx, w, time.Now())
				}
				var runs int
				b.onTimer = func(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
					runs++
					time.Sleep(tc.takes)
					if tc.again == 0 {
						return nil, nil
					}
					return nil, set(ctx, w, time.Now().Add(tc.again))
				}
				begun := time.Now()
				if w := serve(b.handler(t), doorbell(b.submitted(t))); w.Code != 202 {
					t.Errorf("status %d", w.Code)
				}
				if runs != tc.runs {
					t.Errorf("%d runs, want %d: %s", runs, tc.runs, tc.reason)
				}
				if took := time.Since(begun); took > tc.patience+tc.takes {
					t.Errorf("took %v: %s", took, tc.reason)
				}
			})
		})
	}
}

// TestCommandPanics: the person is answered, and the process goes on.
func TestCommandPanics(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.command = func(context.Context, function.Command) (function.Answer, error) { panic("secret detail") }
	w := serve(b.handler(t), decide("anna", `{}`))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("answered %d %s, want 500 and nothing of the cause", w.Code, w.Body)
	}
}
