package decider_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// counter withdraws as often as it is told to, but never more than three times
// in all. Its state is how often it has.
var counter = decider.Decider[int, int]{
	Evolve: func(n int, _ event.Envelope) int { return n + 1 },
	Decide: func(n, more int) (decider.Outcome, error) {
		if n+more > 3 {
			return decider.Outcome{}, errEnough
		}
		var out decider.Outcome
		for range more {
			out.Facts = append(out.Facts, event.RequestWithdrawn{})
		}
		return out, nil
	},
}

var errEnough = fault.New(fault.Invalid, "enough", "That is enough.")

func key() eventlog.Key { return eventlog.Key{Tenant: uuid.New(), Stream: uuid.New()} }

func cause(id string) eventlog.Cause {
	return eventlog.Cause{ID: id, Digest: []byte(id[:1]), By: event.Submit, At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func TestStep(t *testing.T) {
	t.Parallel()
	type call struct {
		cause string
		more  int
		facts int // in the answer
		err   error
	}
	cases := map[string]struct {
		calls  []call
		stream int
		reason string
	}{
		"Decides":      {calls: []call{{cause: "a", more: 2, facts: 2}, {cause: "b", more: 1, facts: 1}}, stream: 3, reason: "on what is there"},
		"Refuses":      {calls: []call{{cause: "a", more: 2, facts: 2}, {cause: "b", more: 2, err: errEnough}}, stream: 2, reason: "and records nothing"},
		"Redelivered":  {calls: []call{{cause: "a", more: 2, facts: 2}, {cause: "a", more: 2, facts: 2}, {cause: "a", more: 2, facts: 2}}, stream: 2, reason: "decides nothing and answers as before"},
		"LaterTheSame": {calls: []call{{cause: "a", more: 2, facts: 2}, {cause: "b", more: 1, facts: 1}, {cause: "a", more: 2, facts: 2}}, stream: 3, reason: "though it would be refused by now"},
		"NothingToSay": {calls: []call{{cause: "a"}}, reason: "no facts are no fault"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, k := memory.New(time.Now), key()
			for i, c := range tc.calls {
				recorded, err := counter.Step(t.Context(), log, k, cause(c.cause), nil, c.more)
				if !errors.Is(err, c.err) || len(recorded) != c.facts {
					t.Errorf("call %d: %d facts, %v: %s", i, len(recorded), err, tc.reason)
				}
			}
			if n := len(log.Facts(k.Tenant)); n != tc.stream {
				t.Errorf("%d facts, want %d: %s", n, tc.stream, tc.reason)
			}
		})
	}
}

func TestReusedCause(t *testing.T) {
	t.Parallel()
	log, k := memory.New(time.Now), key()
	if _, err := counter.Step(t.Context(), log, k, cause("a"), nil, 1); err != nil {
		t.Fatal(err)
	}
	other := cause("a")
	other.Digest = []byte("other content")
	if _, err := counter.Step(t.Context(), log, k, other, nil, 1); !errors.Is(err, eventlog.ErrReused) {
		t.Errorf("got %v, want reused", err)
	}
}

// A crowd is a log where others append before one's own append, so often.
type crowd struct {
	*memory.Log
	others int
	tries  int
}

func (c *crowd) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	c.tries++
	if c.tries <= c.others {
		between := r
		between.Cause = cause(string(rune('0' + c.tries)))
		between.Facts = []event.Fact{event.RequestWithdrawn{}}
		if _, err := c.Log.Append(ctx, between); err != nil {
			return nil, err
		}
	}
	return c.Log.Append(ctx, r)
}

func TestContention(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		others int
		more   int
		err    error
		tries  int
		reason string
	}{
		"Alone":     {more: 1, tries: 1, reason: "nobody is in the way"},
		"Twice":     {others: 2, more: 1, tries: 3, reason: "it decides afresh on what the others recorded"},
		"Overtaken": {others: 2, more: 2, err: errEnough, tries: 2, reason: "by then there are too many"},
		"Crowded":   {others: 9, more: 0, tries: 1, reason: "an append without facts meets nobody"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &crowd{Log: memory.New(time.Now), others: tc.others}
			if _, err := counter.Step(t.Context(), log, key(), cause("mine"), nil, tc.more); !errors.Is(err, tc.err) || log.tries != tc.tries {
				t.Errorf("%v after %d tries, want %v after %d: %s", err, log.tries, tc.err, tc.tries, tc.reason)
			}
		})
	}
	always := decider.Decider[int, int]{
		Evolve: counter.Evolve,
		Decide: func(int, int) (decider.Outcome, error) { return decider.Facts(event.RequestWithdrawn{}), nil },
	}
	log := &crowd{Log: memory.New(time.Now), others: 100}
	if _, err := always.Step(t.Context(), log, key(), cause("mine"), nil, 0); !errors.Is(err, eventlog.ErrConflict) || log.tries != 8 {
		t.Errorf("%v after %d tries, want to give up with a conflict after 8", err, log.tries)
	}
}

// TestSettles: the work goes with the append, also when nothing is left to record.
func TestSettles(t *testing.T) {
	t.Parallel()
	for name, repeated := range map[string]bool{"First": false, "Repeated": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, k := memory.New(time.Now), key()
			asked, err := log.Append(t.Context(), eventlog.Record{Key: k, Cause: cause("ask"), Facts: []event.Fact{event.RequestSubmitted{}}})
			if err != nil {
				t.Fatal(err)
			}
			approve := decider.Decider[int, int]{
				Evolve: counter.Evolve,
				Decide: func(int, int) (decider.Outcome, error) { return decider.Facts(event.ApprovalGranted{}), nil },
			}
			because := eventlog.Cause{ID: asked[0].ID.String(), By: event.Approve}
			if repeated {
				if _, err := approve.Step(t.Context(), log, k, because, nil, 0); err != nil {
					t.Fatal(err)
				}
			}
			w, _, _, err := log.Take(t.Context(), event.Approve, k.Tenant, asked[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if recorded, err := approve.Step(t.Context(), log, k, because, &w, 0); err != nil || len(recorded) != 1 {
				t.Errorf("%d facts, %v", len(recorded), err)
			}
			if debts := log.Debts(event.Approve); len(debts) != 0 {
				t.Errorf("still owed: %+v", debts)
			}
		})
	}
}
