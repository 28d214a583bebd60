package build_test

import (
	"testing"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
)

func TestStall(t *testing.T) {
	t.Parallel()
	const soon = 100 * time.Millisecond
	cloning := fact(time.Second, advanced(placement.StepClone, "t1"))
	away := fact(time.Minute, stalled(placement.StepClone, down))
	hindered := fact(time.Minute, stalled(placement.StepClone, busy))
	look := func(a placement.Action, task string, f *placement.Fault) func(time.Time) build.Command {
		return func(now time.Time) build.Command { return build.Looked{Action: a, Task: task, Fault: f, Now: now} }
	}
	unreached := func(f placement.Fault) func(time.Time) build.Command {
		return func(now time.Time) build.Command { return build.Unreached{Fault: f, Now: now} }
	}
	for name, tc := range map[string]struct {
		reason string
		given  []entry
		cmd    func(time.Time) build.Command
		at     time.Duration
		pause  time.Duration
		want   []event.Fact
	}{
		"Unreached":          {"recorded", []entry{cloning}, unreached(down), 2 * time.Second, time.Second, []event.Fact{stalled(placement.StepClone, down)}},
		"BeforeTheFirstStep": {"at the clone that could not be begun", nil, unreached(down), time.Second, time.Second, []event.Fact{stalled(placement.StepClone, down)}},
		"Still":              {"once is enough; asked ever less often", []entry{cloning, away}, unreached(down), 61 * time.Second, 10 * time.Second, nil},
		"StillNextWeek":      {"without end: it is no failure", []entry{cloning, away}, unreached(down), 7 * 24 * time.Hour, 10 * time.Second, nil},
		"OtherReason":        {"another reason is news", []entry{cloning, away}, unreached(refused), 2 * time.Minute, 10 * time.Second, []event.Fact{stalled(placement.StepClone, refused)}},
		"OnlyUsStopped":      {"that we were stopped is no news of the hypervisor", []entry{cloning}, unreached(stopped), 2 * time.Second, time.Second, nil},
		"Answers":            {"it goes on where it was", []entry{cloning, away}, look(action(placement.Wait, placement.StepClone), "", nil), 2 * time.Hour, soon, []event.Fact{advanced(placement.StepClone, "t1")}},
		"AnswersInTime":      {"the time away does not count", []entry{cloning, away, fact(2*time.Hour, advanced(placement.StepClone, "t1"))}, look(action(placement.Wait, placement.StepClone), "", nil), 2*time.Hour + time.Second, 250 * time.Millisecond, nil},
		"AnswersWithNext":    {"the next step clears the stall", []entry{cloning, away}, look(action(placement.Start, placement.StepCustomize), "t2", nil), 2 * time.Hour, soon, []event.Fact{advanced(placement.StepCustomize, "t2")}},
		"AnswersDone":        {"it was made meanwhile", []entry{cloning, away}, look(action(placement.Finish, placement.StepDone), "", nil), 2 * time.Hour, never, []event.Fact{event.ProvisioningSucceeded{VM: machine, VMName: vm.Name, InstanceUUID: vm.InstanceUUID, Hostname: vm.Hostname}}},
		"AnswersFailed":      {"the task failed meanwhile", []entry{cloning, away}, look(action(placement.Fail, placement.StepClone, full), "", nil), 2 * time.Hour, time.Microsecond, []event.Fact{abandoned(placement.StepClone, full)}},
		"StartStill":         {"hindered by the same: once is enough", []entry{cloning, hindered}, look(action(placement.Start, placement.StepCustomize), "", &busy), 61 * time.Second, 10 * time.Second, nil},
		"StartTooLong":       {"refused for the same reason for an hour", []entry{cloning, hindered}, look(action(placement.Start, placement.StepCustomize), "", &busy), time.Hour + time.Minute + 1, time.Microsecond, []event.Fact{abandoned(placement.StepCustomize, busy)}},
		"StartAway":          {"away for a day is no refusal", []entry{cloning, away}, look(action(placement.Start, placement.StepCustomize), "", &down), 24 * time.Hour, 10 * time.Second, nil},
		"StartAfterAway":     {"after a day away it is busy for a moment", []entry{cloning, away}, look(action(placement.Start, placement.StepCustomize), "", &busy), 24 * time.Hour, 10 * time.Second, []event.Fact{stalled(placement.StepCustomize, busy)}},

		"AwayAtFirst":    {"the time away before the first step does not count", []entry{away, fact(2*time.Hour, advanced(placement.StepClone, "t1"))}, look(action(placement.Retry, placement.StepClone, busy), "", nil), 2*time.Hour + 4*time.Second, time.Second, []event.Fact{stalled(placement.StepClone, busy)}},
		"Again":          {"the pause is over: another try, and its task", []entry{cloning, hindered}, look(action(placement.Retry, placement.StepClone, busy), "t2", nil), 62 * time.Second, soon, []event.Fact{advanced(placement.StepClone, "t2")}},
		"AgainHindered":  {"the try could not be begun: once is enough", []entry{cloning, hindered}, look(action(placement.Retry, placement.StepClone, busy), "", &busy), 62 * time.Second, 10 * time.Second, nil},
		"AgainRefused":   {"the try is refused for good", []entry{cloning, hindered}, look(action(placement.Retry, placement.StepClone, busy), "", &full), 62 * time.Second, time.Microsecond, []event.Fact{abandoned(placement.StepClone, full)}},
		"AgainAfterAway": {"a failed task is tried again also after a day away", []entry{cloning, away}, look(action(placement.Retry, placement.StepClone, busy), "t2", nil), 24 * time.Hour, soon, []event.Fact{advanced(placement.StepClone, "t2")}},
		"AgainRunning":   {"after that its own hour counts", []entry{cloning, hindered, fact(50*time.Minute, advanced(placement.StepClone, "t2"))}, look(action(placement.Wait, placement.StepClone), "", nil), 70 * time.Minute, 10 * time.Second, nil},
		"AgainTooLong":   {"tries are no progress: the hour counts from the first", []entry{cloning, hindered, fact(59*time.Minute, advanced(placement.StepClone, "t2"))}, look(action(placement.Retry, placement.StepClone, busy), "", nil), 62 * time.Minute, time.Microsecond, []event.Fact{abandoned(placement.StepClone, busy)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want(t, tc.reason, decide(t, fold(begun(t, tc.given...)...), tc.cmd(start.Add(tc.at))), tc.at, tc.pause, tc.want...)
		})
	}
}

// TestFailingTask: a task that fails in passing is begun anew, ever less often,
// and given up after an hour; the log is not flooded meanwhile.
func TestFailingTask(t *testing.T) {
	t.Parallel()
	given := begun(t, fact(0, advanced(placement.StepClone, "t0")))
	now := time.Duration(0)
	for tries := 0; ; {
		s := fold(given...)
		a := action(placement.Retry, placement.StepClone, busy)
		cmd := build.Looked{Action: a, Now: start.Add(now)}
		if s.Again(a) {
			tries++
			cmd.Task = "t" + time.Duration(tries).String()
		}
		out := decide(t, s, cmd)
		for _, f := range out.Facts {
			given = append(given, fact(now, f))
		}
		if last, ok := given[len(given)-1].fact.(event.ProvisioningAbandoned); ok {
			if tries < 20 || tries > 100 || last.Code != string(placement.Busy) || now < time.Hour || now > time.Hour+2*time.Minute {
				t.Errorf("given up after %d tries and %s with %+v", tries, now, last)
			}
			return
		}
		if next := out.Timers[0].Due.Sub(start); next <= now || next > now+time.Minute {
			t.Fatalf("after %s: looks again after %s", now, next)
		} else {
			now = next
		}
	}
}

func TestRemoved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		given  []entry
		cmd    build.Removed
		at     time.Duration // after the abandoning
		pause  time.Duration
		want   []event.Fact
	}{
		"Gone":          {"rolled back", nil, build.Removed{Gone: true}, time.Second, never, []event.Fact{failed(placement.StepClone, full, true)}},
		"NotYet":        {"one thing at a time", nil, build.Removed{}, 8 * time.Second, 2 * time.Second, nil},
		"NotYetLong":    {"ten seconds at most", nil, build.Removed{}, 50 * time.Minute, 10 * time.Second, nil},
		"NeverGone":     {"the outer limit: something is left", nil, build.Removed{}, time.Hour + 1, never, []event.Fact{failed(placement.StepClone, full, false)}},
		"Foreign":       {"never touched: something is left", nil, build.Removed{Fault: &foreign}, time.Second, never, []event.Fact{failed(placement.StepClone, full, false)}},
		"Away":          {"recorded, as when it is away while building", nil, build.Removed{Fault: &down}, time.Second, time.Second, []event.Fact{stalled(placement.StepClone, down)}},
		"AwayStill":     {"once is enough, and it is waited for", []entry{fact(time.Second, stalled(placement.StepClone, down))}, build.Removed{Fault: &down}, 24 * time.Hour, 10 * time.Second, nil},
		"Hindered":      {"recorded", nil, build.Removed{Fault: &busy}, time.Second, time.Second, []event.Fact{stalled(placement.StepClone, busy)}},
		"HinderedLong":  {"not for ever: something is left", []entry{fact(time.Second, stalled(placement.StepClone, busy))}, build.Removed{Fault: &busy}, time.Hour + 2*time.Second, never, []event.Fact{failed(placement.StepClone, full, false)}},
		"GoneAfterAway": {"it went on by itself", []entry{fact(time.Second, stalled(placement.StepClone, down))}, build.Removed{Gone: true}, 24 * time.Hour, never, []event.Fact{failed(placement.StepClone, full, true)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The build was away before it was given up: that stall is no longer one.
			given := begun(t, fact(0, stalled(placement.StepClone, down)), fact(0, abandoned(placement.StepClone, full)))
			s := fold(append(given, tc.given...)...)
			if s.Phase != build.Removing {
				t.Fatalf("state %+v", s)
			}
			tc.cmd.Now = start.Add(tc.at)
			want(t, tc.reason, decide(t, s, tc.cmd), tc.at, tc.pause, tc.want...)
		})
	}
}
