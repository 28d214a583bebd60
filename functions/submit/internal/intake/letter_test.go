package intake_test

import (
	"testing"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

func TestReplay(t *testing.T) {
	t.Parallel()
	fact := uuid.MustParse("0197f3a0-0000-5000-8000-00000000fac7")
	w := eventlog.Work{Key: key, Function: event.Notify, Fact: fact, Attempt: 10}
	timer := eventlog.Work{Key: key, Function: event.Notify, Kind: "mail:1", Attempt: 1}
	for name, tc := range map[string]struct {
		reason string
		letter *intake.Letter
		want   event.Fact
		err    error
	}{
		"None": {"what is not dead is left alone", nil, nil, eventlog.ErrNotDead},
		"Fact": {
			"it says what had been given up, and why", &intake.Letter{Work: w, Type: "io.dcm.request.submitted.v1", Reason: "no template"},
			event.WorkReplayed{By: stranger, Function: "notify", Stream: key.Stream, Fact: fact, FactType: "io.dcm.request.submitted.v1", Attempts: 10, Reason: "no template"},
			nil,
		},
		"Timer": {
			"of a panic only what it said is kept for ever", &intake.Letter{Work: timer, Reason: "panic: nil map\ngoroutine 7 [running]:"},
			event.WorkReplayed{By: stranger, Function: "notify", Stream: key.Stream, Timer: "mail:1", Attempts: 1, Reason: "panic: nil map"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := intake.Replay{By: stranger, Letter: tc.letter}
			decide(t, tc.reason, nil, cmd, tc.want, tc.err)
			out, _ := intake.Decide(intake.State{}, cmd)
			if (out.Replays == nil) != (tc.letter == nil) || tc.letter != nil && *out.Replays != tc.letter.Work {
				t.Errorf("%s: it replays %+v", tc.reason, out.Replays)
			}
		})
	}
}
