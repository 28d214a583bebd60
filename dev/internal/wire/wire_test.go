package wire_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"dcm.io/dev/internal/wire"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// TestWeather: what befalls an append is what was ordered, and the log says what
// has come of it.
func TestWeather(t *testing.T) {
	t.Parallel()
	const always = 1000
	for name, tc := range map[string]struct {
		reason  string
		weather wire.Weather
		fails   bool
		facts   int
		counts  wire.Counts
	}{
		"Fine":    {"nothing is in the way", wire.Weather{}, false, 1, wire.Counts{}},
		"Held":    {"later, and otherwise as ever", wire.Weather{Hold: always, HoldFor: time.Millisecond}, false, 1, wire.Counts{Held: 1}},
		"Cut":     {"the commit was never asked for", wire.Weather{Cut: always}, true, 0, wire.Counts{Cut: 1}},
		"Silence": {"the same, and nobody was told that it is over", wire.Weather{Silence: always}, true, 0, wire.Counts{Silent: 1}},
		"Mute":    {"it is there, and nothing was heard of it", wire.Weather{Mute: always}, true, 1, wire.Counts{Muted: 1}},
		"LostAck": {"it is there, and nobody was told", wire.Weather{Lose: always}, true, 1, wire.Counts{LostAcks: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			w, err := wire.Open(db.Admin, rand.New(rand.NewPCG(1, 2)))
			if err != nil {
				t.Fatal(err)
			}
			log, err := pglog.Open(t.Context(), pglog.Config{URL: w.Through(db.URL("dcm_submit")), MaxConns: 2}, readmodel.Project)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				log.Close()
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			}()
			r := eventlog.Record{
				Key:   eventlog.Key{Tenant: uuid.New(), Stream: uuid.New()},
				Cause: eventlog.Cause{ID: "c1", By: event.Submit}, Facts: []event.Fact{event.RequestSubmitted{}},
			}
			if stream, err := log.Read(t.Context(), r.Key); err != nil || len(stream) != 0 {
				t.Fatalf("read %d facts, %v", len(stream), err)
			}
			w.Set(tc.weather)
			bounded, cancel := context.WithTimeout(t.Context(), 2*time.Second) // silence is not waited for
			defer cancel()
			_, err = log.Append(bounded, r)
			if (err != nil) != tc.fails || err != nil && fault.KindOf(err) != fault.Transient {
				t.Errorf("%s: got %v", tc.reason, err)
			}
			w.Set(wire.Weather{})
			if got := w.Counts(); got != tc.counts {
				t.Errorf("%s: counted %+v, want %+v", tc.reason, got, tc.counts)
			}
			stream, err := log.Read(t.Context(), r.Key)
			if err != nil || len(stream) != tc.facts {
				t.Errorf("%s: %d facts, %v; want %d", tc.reason, len(stream), err, tc.facts)
			}
		})
	}
}
