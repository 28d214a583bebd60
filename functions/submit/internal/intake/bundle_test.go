package intake_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

var (
	requester = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")
	stranger  = uuid.MustParse("0197f3a0-0000-5000-8000-000000000002")
	now       = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// stream makes the envelopes of a request's facts, as far as Evolve looks at them.
func stream(facts ...event.Fact) []event.Envelope {
	out := make([]event.Envelope, len(facts))
	for i, f := range facts {
		out[i] = event.Envelope{Version: int64(i + 1), Type: f.EventType(), OccurredAt: now, Fact: f}
	}
	return out
}

// decide folds given, decides cmd and compares.
func decide(t *testing.T, reason string, given []event.Fact, cmd intake.Command, want event.Fact, wantErr error) {
	t.Helper()
	out, err := intake.Decider.Decide(intake.Decider.Fold(stream(given...)), cmd)
	if !errors.Is(err, wantErr) {
		t.Fatalf("%s: want error %v, got %v", reason, wantErr, err)
	}
	var wanted []event.Fact
	if want != nil {
		wanted = []event.Fact{want}
	}
	if !reflect.DeepEqual(out.Facts, wanted) || len(out.Timers) != 0 {
		t.Errorf("%s: want %+v, got %+v", reason, wanted, out)
	}
}

// codes are the fields of err with their codes, in order.
func codes(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	all := []string{}
	for _, field := range f.Fields {
		if field.Detail == "" {
			all = append(all, field.Field+" says nothing")
		}
		all = append(all, field.Field+":"+field.Code)
	}
	return all
}
