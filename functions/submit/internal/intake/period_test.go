package intake_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/event"
)

func TestExport(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	berlin := time.FixedZone("", 3600)
	for name, tc := range map[string]struct {
		reason   string
		from, to time.Time
		want     []string // none: accepted
	}{
		"Year":        {"a plain period", now.Add(-365 * day), now, nil},
		"Future":      {"it may end later than now", now.Add(-day), now.Add(day), nil},
		"FromNow":     {"it may begin now", now, now.Add(day), nil},
		"OtherZone":   {"recorded in UTC", now.Add(-day).In(berlin), now.In(berlin), nil},
		"EightYears":  {"the longest", now.Add(-8 * 366 * day), now, nil},
		"TooLong":     {"a moment longer", now.Add(-8*366*day - 1), now, []string{"from:too_long"}},
		"Nothing":     {"both are named", time.Time{}, time.Time{}, []string{"from:required", "to:required"}},
		"NoBeginning": {"open periods are not offered", time.Time{}, now, []string{"from:required"}},
		"NoEnd":       {"open periods are not offered", now, time.Time{}, []string{"to:required"}},
		"Empty":       {"the end is exclusive", now, now, []string{"to:before_from"}},
		"Backwards":   {"it ends before it begins", now, now.Add(-day), []string{"to:before_from"}},
		"Unbegun":     {"there is nothing in it", now.Add(time.Second), now.Add(day), []string{"from:in_the_future"}},
		"BeforeYear1": {"a date that JSON cannot write in UTC", time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 14*3600)), time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC), []string{"from:required"}},
		"AlmostForEver": {
			"the difference of such dates is more than a duration holds", time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
			[]string{"from:too_long"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := intake.Decide(intake.State{}, intake.Export{By: stranger, Period: intake.Period{From: tc.from, To: tc.to}, Now: now})
			if tc.want != nil {
				if !errors.Is(err, intake.ErrPeriod) || !slices.Equal(codes(err), tc.want) || len(out.Facts) != 0 {
					t.Errorf("%s: want %v, got %v (%v)", tc.reason, tc.want, codes(err), out)
				}
				return
			}
			want := []event.Fact{event.AuditRequested{By: stranger, From: tc.from.UTC(), To: tc.to.UTC()}}
			if err != nil || !reflect.DeepEqual(out.Facts, want) {
				t.Errorf("%s: want %v, got %v, %v", tc.reason, want, out.Facts, err)
			}
		})
	}
}

// FuzzPeriod: whatever JSON says of a period, what is accepted can be recorded.
func FuzzPeriod(f *testing.F) {
	f.Add(`{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00+02:00"}`)
	f.Add(`{"from":"0000-01-01T00:00:00+14:00","to":"0001-06-01T00:00:00Z"}`)
	f.Add(`{"from":"9999-12-31T23:59:59-14:00","to":"9999-12-31T23:59:59.1-14:00"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var p intake.Period
		if json.Unmarshal([]byte(text), &p) != nil {
			return
		}
		out, err := intake.Decide(intake.State{}, intake.Export{By: stranger, Period: p, Now: now})
		if err != nil {
			return
		}
		if _, err := event.Encode(out.Facts[0]); err != nil {
			t.Errorf("%s was accepted and cannot be recorded: %v", text, err)
		}
	})
}
