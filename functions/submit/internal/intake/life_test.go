package intake_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// TestLife plays random lives of one request: people who withdraw and retry,
// decisions and builds that end well or badly, also between a decision of ours
// and its recording. A model says what must come of it.
func TestLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &life{log: &raced{Log: memory.New(func() time.Time { return now })}, model: "submitted"}
		l.record(t, event.Submit, submitted)
		t.Repeat(map[string]func(*rapid.T){
			"Withdraw": l.withdraw, "Retry": l.retry, "Others": l.others, "Redeliver": l.redeliver, "": l.check,
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

// life is a request, and what the model thinks of it: submitted, withdrawn,
// decided, failed, retried.
type life struct {
	log    *raced
	model  string
	causes int
	last   func(*rapid.T) // delivers the last command that was carried out again
}

// step gives cmd to the decider and compares with the model's opinion.
func (l *life) step(t *rapid.T, cmd intake.Command, opinion func() (becomes string, err error)) {
	l.causes++
	cause := eventlog.Cause{ID: strconv.Itoa(l.causes), By: event.Submit, Actor: event.By(event.Submit), At: now}
	if rapid.IntRange(0, 4).Draw(t, "race") == 0 {
		l.log.first = func() { l.others(t) }
	}
	before := l.ours(t)
	recorded, err := intake.Decider.Step(t.Context(), l.log, key, cause, nil, cmd)
	l.log.first = nil
	becomes, wantErr := opinion()
	adds := 0
	if wantErr == nil {
		adds = 1
	}
	if !errors.Is(err, wantErr) || len(recorded) != adds || l.ours(t) != before+adds {
		t.Fatalf("%s: %T %+v recorded %v, %v; want %d facts, %v", l.model, cmd, cmd, recorded, err, adds, wantErr)
	}
	if l.model = becomes; adds == 0 {
		return
	}
	l.last = func(t *rapid.T) {
		before := len(l.stream(t))
		again, err := intake.Decider.Step(t.Context(), l.log, key, cause, nil, cmd)
		if err != nil || len(again) != 1 || again[0].ID != recorded[0].ID || len(l.stream(t)) != before {
			t.Fatalf("the same cause again recorded %v, %v", again, err)
		}
	}
}

func person(t *rapid.T) (uuid.UUID, string) {
	return rapid.SampledFrom([]uuid.UUID{requester, stranger}).Draw(t, "who"),
		rapid.SampledFrom([]string{"user", "approver", "super_admin", "auditor", "nobody"}).Draw(t, "role")
}

// refusal is what the roles alone have to say.
func refusal(who uuid.UUID, role string, othersToo bool) error {
	switch {
	case role == "nobody", role == "user" && who != requester:
		return intake.ErrUnknown
	case role == "auditor", who != requester && !othersToo:
		return authz.ErrNotAllowed
	}
	return nil
}

func (l *life) withdraw(t *rapid.T) {
	who, role := person(t)
	l.step(t, intake.Withdraw{By: who, Roles: []string{role}}, func() (string, error) {
		switch err := refusal(who, role, false); {
		case err != nil:
			return l.model, err
		case l.model == "submitted":
			return "withdrawn", nil
		case l.model == "withdrawn":
			return l.model, intake.ErrWithdrawn
		}
		return l.model, intake.ErrDecided
	})
}

func (l *life) retry(t *rapid.T) {
	who, role := person(t)
	l.step(t, intake.Retry{By: who, Roles: []string{role}}, func() (string, error) {
		switch err := refusal(who, role, true); {
		case err != nil:
			return l.model, err
		case l.model == "failed":
			return "retried", nil
		}
		return l.model, intake.ErrNotFailed
	})
}

// others is what approve and provision may do now; their own tests say when.
func (l *life) others(t *rapid.T) {
	type move struct {
		by      event.Function
		fact    event.Fact
		becomes string
	}
	moves := map[string][]move{
		"submitted": {{event.Approve, opened, "submitted"}, {event.Approve, granted, "decided"}, {event.Approve, rejected, "decided"}, {event.Approve, expired, "decided"}},
		"decided":   {{event.Provision, started, "decided"}, {event.Provision, failed, "failed"}, {event.Provision, hopeless, "decided"}},
		"retried":   {{event.Provision, started, "retried"}, {event.Provision, failed, "failed"}, {event.Provision, succeeded, "retried"}},
	}[l.model]
	if len(moves) > 0 {
		m := rapid.SampledFrom(moves).Draw(t, "others")
		l.record(t, m.by, m.fact)
		l.model = m.becomes
	}
}

func (l *life) redeliver(t *rapid.T) {
	if l.last != nil {
		l.last(t)
	}
}

// check holds what must be true of any request, whatever the model thinks.
func (l *life) check(t *rapid.T) {
	decided, gone, failed := false, false, false
	for _, e := range l.stream(t) {
		switch f := e.Fact.(type) {
		case event.ApprovalGranted, event.ApprovalRejected, event.ApprovalExpired:
			decided = true
		case event.RequestWithdrawn:
			if decided || gone || f.By != requester {
				t.Fatal("withdrawn after the decision, twice, or by somebody else")
			}
			gone = true
		case event.ProvisioningFailed:
			failed = f.Retryable
		case event.RequestRetried:
			if !failed {
				t.Fatal("retried what has not failed")
			}
			failed = false
		}
	}
}

// ours counts the facts that submit has recorded.
func (l *life) ours(t *rapid.T) (n int) {
	for _, e := range l.stream(t) {
		if event.MayRecord(event.Submit, e.Type) {
			n++
		}
	}
	return n
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
