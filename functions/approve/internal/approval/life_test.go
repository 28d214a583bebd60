package approval_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// TestLife plays random lives of one request: the policy, people, timers,
// redeliveries, and a requester who withdraws at any moment, also between a
// decision and its recording. A model says what must come of it.
func TestLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &life{log: &raced{Log: memory.New(func() time.Time { return now })}, model: "submitted"}
		l.record(t, event.Submit, submitted)
		t.Repeat(map[string]func(*rapid.T){
			"Consider": l.consider, "Verdict": l.verdict, "Remind": l.remind, "Expire": l.expire,
			"Withdraw": l.withdraw, "Redeliver": l.redeliver, "": l.check,
		})
	})
}

// raced is a log on which somebody else may be faster.
type raced struct {
	*memory.Log
	first func() // runs before the next append, once
}

func (r *raced) Append(ctx context.Context, rec eventlog.Record) ([]event.Envelope, error) {
	if first := r.first; first != nil {
		r.first = nil
		first()
	}
	return r.Log.Append(ctx, rec)
}

var key = eventlog.Key{Tenant: uuid.MustParse("0197f3a0-0000-5000-8000-00000000acce"), Stream: uuid.MustParse("0197f3a0-0000-5000-8000-0000000000aa")}

// life is a request, and what the model thinks of it: submitted, waiting,
// withdrawn or decided.
type life struct {
	log    *raced
	model  string
	causes int
	last   func(*rapid.T) // delivers the last command that was carried out again
}

// step gives cmd to the decider and compares with the model's opinion.
func (l *life) step(t *rapid.T, cmd approval.Command, opinion func() (becomes string, adds int, err error)) {
	l.causes++
	cause := eventlog.Cause{ID: strconv.Itoa(l.causes), By: event.Approve, Actor: event.By(event.Approve), At: now}
	if l.model != "withdrawn" && l.model != "decided" && rapid.IntRange(0, 9).Draw(t, "race") == 0 {
		l.log.first = func() { l.withdraw(t) }
	}
	before := len(l.stream(t))
	recorded, err := approval.Decider.Step(t.Context(), l.log, key, cause, nil, cmd)
	if l.log.first = nil; len(l.stream(t))-before > len(recorded) {
		before++ // the withdrawal
	}
	becomes, adds, wantErr := opinion()
	if !errors.Is(err, wantErr) || len(recorded) != adds || len(l.stream(t)) != before+adds {
		t.Fatalf("%s: %T %+v recorded %v, %v; want %d facts, %v", l.model, cmd, cmd, recorded, err, adds, wantErr)
	}
	if l.model = becomes; adds == 0 {
		return
	}
	l.last = func(t *rapid.T) {
		before := len(l.stream(t))
		again, err := approval.Decider.Step(t.Context(), l.log, key, cause, nil, cmd)
		if err != nil || len(again) != adds || again[0].ID != recorded[0].ID || len(l.stream(t)) != before {
			t.Fatalf("the same cause again recorded %v, %v", again, err)
		}
	}
}

func (l *life) consider(t *rapid.T) {
	receipt := rapid.SampledFrom([]event.Receipt{yes, ask}).Draw(t, "policy")
	l.step(t, consider(receipt), func() (string, int, error) {
		switch {
		case l.model != "submitted":
			return l.model, 0, nil
		case receipt.Outcome == yes.Outcome:
			return "decided", 1, nil
		}
		return "waiting", 1, nil
	})
}

func (l *life) verdict(t *rapid.T) {
	who := rapid.SampledFrom([]uuid.UUID{requester, approver}).Draw(t, "who")
	role := rapid.SampledFrom([]string{"user", "approver", "super_admin", "auditor", "nobody"}).Draw(t, "role")
	l.step(t, verdict(who, rapid.Bool().Draw(t, "yes"), role), func() (string, int, error) {
		decides := role == "approver" || role == "super_admin"
		switch {
		case role == "nobody", role == "user" && who != requester:
			return l.model, 0, approval.ErrUnknown
		case decides && who == requester:
			return l.model, 0, authz.ErrOwnRequest
		case !decides:
			return l.model, 0, authz.ErrNotAllowed
		case l.model == "waiting":
			return "decided", 1, nil
		}
		return l.model, 0, map[string]error{"submitted": approval.ErrNotOpen, "withdrawn": approval.ErrWithdrawn, "decided": approval.ErrDecided}[l.model]
	})
}

func (l *life) remind(t *rapid.T) {
	l.step(t, approval.Remind{}, func() (string, int, error) {
		if l.model == "waiting" {
			return l.model, 1, nil
		}
		return l.model, 0, nil
	})
}

func (l *life) expire(t *rapid.T) {
	l.step(t, approval.Expire{}, func() (string, int, error) {
		if l.model == "waiting" {
			return "decided", 1, nil
		}
		return l.model, 0, nil
	})
}

// withdraw is what submit does; its own tests say when.
func (l *life) withdraw(t *rapid.T) {
	if l.model == "submitted" || l.model == "waiting" {
		l.record(t, event.Submit, withdrawn)
		l.model = "withdrawn"
	}
}

func (l *life) redeliver(t *rapid.T) {
	if l.last != nil {
		l.last(t)
	}
}

// check holds what must be true of any request, whatever the model thinks.
func (l *life) check(t *rapid.T) {
	decisions, gone := 0, false
	for _, e := range l.stream(t) {
		switch f := e.Fact.(type) {
		case event.RequestWithdrawn:
			gone = true
		case event.ApprovalGranted:
			decisions++
			if f.By == requester {
				t.Fatal("the requester has approved their own request")
			}
		case event.ApprovalRejected:
			decisions++
			if f.By == requester {
				t.Fatal("the requester has rejected their own request")
			}
		case event.ApprovalExpired:
			decisions++
		}
		if _, still := e.Fact.(event.RequestWithdrawn); gone && !still {
			t.Fatalf("%s after the withdrawal", e.Type)
		}
	}
	if decisions > 1 {
		t.Fatalf("%d decisions", decisions)
	}
	var timers int
	for _, d := range l.log.Debts(event.Approve) {
		if d.IsTimer() {
			timers++
		}
	}
	if l.model == "decided" && timers > 0 {
		t.Fatalf("decided, and %d timers are left", timers)
	}
}

func (l *life) record(t *rapid.T, by event.Function, f event.Fact) {
	l.causes++
	r := eventlog.Record{Key: key, Expect: eventlog.HeadOf(l.stream(t)), Facts: []event.Fact{f}}
	r.Cause = eventlog.Cause{ID: strconv.Itoa(l.causes), By: by, Actor: event.By(by), At: now}
	if _, err := l.log.Log.Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func (l *life) stream(t *rapid.T) []event.Envelope {
	s, err := l.log.Read(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
