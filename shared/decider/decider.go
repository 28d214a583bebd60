// Package decider turns a decision without side effects into facts in the log:
// read, fold, decide, append.
package decider

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// A Decider is a decision: how facts make a state, and what a command adds.
// Both functions are pure. Evolve leaves the state alone for facts it does not
// know; it is given the envelope because when and by whom may matter.
type Decider[S, C any] struct {
	Evolve func(S, event.Envelope) S
	Decide func(S, C) (Outcome, error)
}

// An Outcome is what a decision adds: facts, promises to look again, what is owed
// again, and whose key goes.
type Outcome struct {
	Facts   []event.Fact
	Timers  []eventlog.Timer
	Replays *eventlog.Work
	// Destroys is the person whose key goes with it; nobody if zero.
	Destroys uuid.UUID
}

// Facts is an outcome of facts alone.
func Facts(f ...event.Fact) Outcome { return Outcome{Facts: f} }

// contention is how often Step decides when others append to the same stream
// meanwhile. Provision, notify and a person may all be at one request in the same
// moment, so Step makes room between tries: a random while of up to shortest,
// twice that, and so on, some hundred milliseconds in all.
const (
	contention = 8
	shortest   = 4 * time.Millisecond
)

// Fold makes the state of a stream.
func (d Decider[S, C]) Fold(stream []event.Envelope) S {
	var s S
	for _, e := range stream {
		s = d.Evolve(s, e)
	}
	return s
}

// Step decides cmd on the stream and records the outcome, settling work if it is
// not nil. If the cause has recorded facts here before, Step decides nothing and
// returns those. If others append meanwhile it decides afresh, a few times, then
// returns eventlog.ErrConflict.
func (d Decider[S, C]) Step(ctx context.Context, log eventlog.Log, key eventlog.Key, cause eventlog.Cause, settles *eventlog.Work, cmd C) ([]event.Envelope, error) {
	for try := 1; ; try++ {
		recorded, err := d.step(ctx, log, key, cause, settles, cmd)
		if !errors.Is(err, eventlog.ErrConflict) || try == contention {
			return recorded, err
		}
		select {
		case <-time.After(rand.N(shortest << (try - 1))): //nolint:gosec // chance keeps two apart, and hides nothing
		case <-ctx.Done():
			return nil, err
		}
	}
}

func (d Decider[S, C]) step(ctx context.Context, log eventlog.Log, key eventlog.Key, cause eventlog.Cause, settles *eventlog.Work, cmd C) ([]event.Envelope, error) {
	stream, err := log.Read(ctx, key)
	if err != nil {
		return nil, err
	}
	r := eventlog.Record{Key: key, Expect: eventlog.HeadOf(stream), Cause: cause, Settles: settles}
	before, err := eventlog.RecordedBy(stream, cause)
	if err != nil {
		return nil, err
	}
	if len(before) == 0 {
		out, err := d.Decide(d.Fold(stream), cmd)
		if err != nil {
			return nil, err
		}
		r.Facts, r.Timers, r.Replays, r.Destroys = out.Facts, out.Timers, out.Replays, out.Destroys
	}
	recorded, err := log.Append(ctx, r)
	if err != nil {
		return nil, err
	}
	return append(before, recorded...), nil
}
