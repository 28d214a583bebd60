package logchaos

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A load is writers who ask for things without end.
type load struct {
	scene *scene
	log   eventlog.Log
	// clock is what a writer's watch shows; nil for the right time.
	clock func(writer int) time.Time
	// hurry is the longest pause between two things a writer asks for.
	hurry time.Duration
	name  string // of the causes

	stop chan struct{} // nothing new is begun
	wg   sync.WaitGroup
}

const (
	writers   = 6
	someWhile = 60 * time.Millisecond
	// patience is how long a writer repeats what nobody answers: longer than any
	// fault.
	patience = 40 * time.Second
)

// begin lets the writers loose. They have connections of their own.
func (c *scene) begin(ctx context.Context, change func(*load)) (*load, error) {
	log, err := c.open(ctx, event.Submit, 4)
	if err != nil {
		return nil, err
	}
	l := &load{scene: c, log: log, hurry: someWhile, name: "op", stop: make(chan struct{})}
	if change != nil {
		change(l)
	}
	for n := range writers {
		l.wg.Go(func() { l.write(ctx, n) })
	}
	return l, nil
}

// end lets every writer finish what it has begun.
func (l *load) end() {
	close(l.stop)
	l.wg.Wait()
}

func (l *load) ended() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// write asks for new requests, and for something more of those it has.
func (l *load) write(ctx context.Context, writer int) {
	random := l.scene.random(fmt.Sprint(l.name, writer))
	var mine []eventlog.Key
	for n := 0; !l.ended() && ctx.Err() == nil; n++ {
		t := l.scene.tenants[random.IntN(len(l.scene.tenants))]
		key := eventlog.Key{Tenant: t.id, Stream: uuid.Must(uuid.NewRandomFromReader(source{random}))}
		var f event.Fact = submission(t, key.Stream)
		if len(mine) > 0 && random.IntN(3) == 0 {
			key = mine[random.IntN(len(mine))]
			f = event.RequestRetried{By: somebody}
		}
		at := time.Now()
		if l.clock != nil {
			at = l.clock(writer)
		}
		if l.ask(ctx, random, key, fmt.Sprintf("%s-%d-%d", l.name, writer, n), f, at) {
			mine = append(mine, key)
		}
		chaos.Pause(ctx, time.Duration(random.Int64N(int64(l.hurry))))
	}
}

// somebody is who asks; who it is does not matter to the log.
var somebody = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")

func submission(t tenant, stream uuid.UUID) event.RequestSubmitted {
	return event.RequestSubmitted{
		Requester: somebody, Project: t.canary, Name: "vm-" + stream.String()[:8], Template: "ubuntu-24.04", OS: "linux", Size: "S",
		VCPU: 2, RAMGiB: 4, DiskGiB: 50, Network: "prod", LeaseDays: 30, MonthlyCents: 4200, Currency: "EUR", Connection: somebody,
		Justification: event.Sealed{Person: somebody, Box: []byte("sealed <&> text")},
	}
}

// causeOf is a command's cause, with the digest of what it asks for.
func causeOf(name string, f event.Fact, at time.Time) (eventlog.Cause, error) {
	data, err := event.Encode(f)
	if err != nil {
		return eventlog.Cause{}, err
	}
	digest := sha256.Sum256(append([]byte(string(f.EventType())+"\n"), data...))
	return eventlog.Cause{
		ID: name, CorrelationID: name, Digest: digest[:], Actor: event.Person(somebody), By: event.Submit, At: at,
		TraceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}, nil
}

// recording is the decision to record a fact, whatever there is.
var recording = decider.Decider[struct{}, event.Fact]{
	Evolve: func(s struct{}, _ event.Envelope) struct{} { return s },
	Decide: func(_ struct{}, f event.Fact) (decider.Outcome, error) { return decider.Facts(f), nil },
}

// ask asks until it is answered, always the same, as a careful client does. What
// it asks for and what it is promised goes into the ledger.
func (l *load) ask(ctx context.Context, random *rand.Rand, key eventlog.Key, name string, f event.Fact, at time.Time) bool {
	cause, err := causeOf(name, f, at)
	if err == nil {
		err = l.scene.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: key.Tenant, Stream: key.Stream, Cause: cause.ID, Digest: cause.Digest})
	}
	if err != nil {
		l.scene.violate(checker.U1, "%s was not asked: %v", name, err)
		return false
	}
	for until := time.Now().Add(patience); time.Now().Before(until) && ctx.Err() == nil; {
		began := time.Now()
		recorded, err := recording.Step(ctx, l.log, key, cause, nil, f)
		l.scene.tried(key.Tenant, began, err)
		if err == nil {
			l.scene.tally.Add("acknowledged", 1)
			if err := l.scene.acknowledge(key, cause.ID, recorded); err != nil {
				l.scene.violate(checker.U1, "what %s was promised is not written down: %v", name, err)
				return false
			}
			l.scene.bell.announce(ctx, recorded[len(recorded)-1:])
			return true
		}
		if fault.KindOf(err) == fault.Internal {
			l.scene.violate(checker.U9, "an error that is nobody's fault but ours: %v", err)
		}
		if errors.Is(err, eventlog.ErrReused) {
			return false
		}
		chaos.Pause(ctx, time.Duration(random.Int64N(int64(60*time.Millisecond))))
	}
	l.scene.violate(checker.U9, "%s was never answered", name)
	return false
}

// acknowledge writes down what was promised of a cause.
func (c *scene) acknowledge(key eventlog.Key, cause string, recorded []event.Envelope) error {
	e := ledger.Entry{Kind: ledger.Acked, Tenant: key.Tenant, Stream: key.Stream, Cause: cause}
	for _, r := range recorded {
		if r.CauseID == cause {
			e.Facts = append(e.Facts, ledger.Fact{ID: r.ID, Version: r.Version, Data: r.Data, Hash: r.Hash})
		}
	}
	return c.promises.Write(e)
}

// A source makes bytes of chance.
type source struct{ *rand.Rand }

func (s source) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}
