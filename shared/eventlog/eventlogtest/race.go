package eventlogtest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

const (
	racers  = 8
	streams = 100
)

// race runs each of the racers at once and waits for them.
func race(run func(racer int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wg.Go(func() {
			<-start
			run(i)
		})
	}
	close(start)
	wg.Wait()
}

// racingRedeliveries: one command arrives eight times at once, for many streams.
func racingRedeliveries(t *testing.T, b bundle) {
	log := b.Open(event.Submit)
	for i := range streams {
		key := eventlog.Key{Tenant: b.tenant, Stream: uuid.Must(uuid.NewV7())}
		r := eventlog.Record{Key: key, Cause: b.by(event.Submit, "c"+strconv.Itoa(i)), Facts: []event.Fact{submitted, withdrawn}}
		var ids [racers]uuid.UUID
		race(func(n int) {
			recorded, err := log.Append(t.Context(), r)
			if err != nil || len(recorded) != 2 {
				t.Errorf("racer %d: %d facts, %v; want the same answer for all", n, len(recorded), err)
				return
			}
			ids[n] = recorded[1].ID
		})
		stream, err := log.Read(t.Context(), key)
		if err != nil || len(stream) != 2 {
			t.Fatalf("%d facts, %v; want one insert of two", len(stream), err)
		}
		for n, id := range ids {
			if id != stream[1].ID {
				t.Errorf("racer %d was answered with %s, recorded is %s", n, id, stream[1].ID)
			}
		}
	}
}

// onlyOneOfManyWriters: eight decisions on the same state; one counts.
func onlyOneOfManyWriters(t *testing.T, b bundle) {
	log := b.Open(event.Submit)
	for range streams {
		key := eventlog.Key{Tenant: b.tenant, Stream: uuid.Must(uuid.NewV7())}
		var won, lost atomic.Int32
		race(func(n int) {
			r := eventlog.Record{Key: key, Cause: b.by(event.Submit, strconv.Itoa(n)), Facts: []event.Fact{submitted}}
			switch _, err := log.Append(t.Context(), r); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, eventlog.ErrConflict):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
		if won.Load() != 1 || lost.Load() != racers-1 {
			t.Errorf("%d won and %d lost, want 1 and %d", won.Load(), lost.Load(), racers-1)
		}
	}
}
