package build_test

import (
	"testing"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
)

func action(k placement.Kind, s placement.Step, f ...placement.Fault) placement.Action {
	a := placement.Action{Kind: k, Step: s}
	if len(f) > 0 {
		a.Fault = f[0]
	}
	return a
}

func TestLooked(t *testing.T) {
	t.Parallel()
	const soon, hour = 100 * time.Millisecond, time.Hour
	cloning := fact(time.Second, advanced(placement.StepClone, "t1"))
	seen := placement.Observation{Address: "192.0.2.10", Reference: "vm-7"}
	succeeded := event.ProvisioningSucceeded{VM: machine, VMName: vm.Name, InstanceUUID: vm.InstanceUUID, Hostname: vm.Hostname, Address: "192.0.2.10", Ref: "vm-7"}
	wait, retry := action(placement.Wait, placement.StepClone), action(placement.Retry, placement.StepClone, busy)
	for name, tc := range map[string]struct {
		reason string
		given  []entry
		cmd    build.Looked
		at     time.Duration
		pause  time.Duration
		want   []event.Fact
	}{
		"Start":          {"the task is recorded", nil, build.Looked{Action: action(placement.Start, placement.StepClone), Task: "t1"}, 1, soon, []event.Fact{advanced(placement.StepClone, "t1")}},
		"StartDone":      {"somebody else had it done: no task", []entry{cloning}, build.Looked{Action: action(placement.Start, placement.StepCustomize)}, 2, soon, []event.Fact{advanced(placement.StepCustomize, "")}},
		"StartLost":      {"the machine was lost and is made again", []entry{cloning}, build.Looked{Action: action(placement.Start, placement.StepClone), Task: "t2"}, 2, soon, []event.Fact{advanced(placement.StepClone, "t2")}},
		"Finish":         {"with address and reference", []entry{cloning}, build.Looked{Action: action(placement.Finish, placement.StepDone), Seen: seen}, time.Minute, never, []event.Fact{succeeded}},
		"WaitAtFirst":    {"looked at often", []entry{cloning}, build.Looked{Action: wait}, time.Second, soon, nil},
		"WaitAMinute":    {"a quarter of what it took so far", []entry{cloning}, build.Looked{Action: wait}, 21 * time.Second, 5 * time.Second, nil},
		"WaitLong":       {"ten seconds at most", []entry{cloning}, build.Looked{Action: wait}, 50 * time.Minute, 10 * time.Second, nil},
		"WaitTheClock":   {"a clock that was set back", []entry{cloning}, build.Looked{Action: wait}, -time.Hour, soon, nil},
		"WaitTheLimit":   {"an hour is still in time", []entry{cloning}, build.Looked{Action: wait}, hour + time.Second, 10 * time.Second, nil},
		"WaitTooLong":    {"the outer limit", []entry{cloning}, build.Looked{Action: wait}, hour + 2*time.Second, time.Microsecond, []event.Fact{abandoned(placement.StepClone, timeLimit)}},
		"WaitElsewhere":  {"a step without a task is recorded; the last task stays", []entry{cloning}, build.Looked{Action: action(placement.Wait, placement.StepAddress)}, 2, soon, []event.Fact{advanced(placement.StepAddress, "t1")}},
		"Fail":           {"given up, and cleaned up at once", []entry{cloning}, build.Looked{Action: action(placement.Fail, placement.StepClone, full)}, 2, time.Microsecond, []event.Fact{abandoned(placement.StepClone, full)}},
		"FailForeign":    {"somebody may rename it: trying again can help", nil, build.Looked{Action: action(placement.Fail, placement.StepClone, foreign)}, 2, time.Microsecond, []event.Fact{abandoned(placement.StepClone, foreign)}},
		"FailDuplicate":  {"trying again cannot help", nil, build.Looked{Action: action(placement.Fail, placement.StepClone, duplicate)}, 2, time.Microsecond, []event.Fact{abandoned(placement.StepClone, duplicate)}},
		"StartRefused":   {"for good", nil, build.Looked{Action: action(placement.Start, placement.StepClone), Fault: &full}, 2, time.Microsecond, []event.Fact{abandoned(placement.StepClone, full)}},
		"StartHindered":  {"for now: at the step that could not be begun", []entry{cloning}, build.Looked{Action: action(placement.Start, placement.StepCustomize), Fault: &busy}, 2 * time.Second, time.Second, []event.Fact{stalled(placement.StepCustomize, busy)}},
		"RetryAtFirst":   {"what did not work is due again later", []entry{cloning}, build.Looked{Action: retry}, 2 * time.Second, time.Second, []event.Fact{stalled(placement.StepClone, busy)}},
		"RetryLater":     {"a quarter of what was tried so far", []entry{cloning}, build.Looked{Action: retry}, 101 * time.Second, 25 * time.Second, []event.Fact{stalled(placement.StepClone, busy)}},
		"RetryMuchLater": {"a minute at most", []entry{cloning}, build.Looked{Action: retry}, 50 * time.Minute, time.Minute, []event.Fact{stalled(placement.StepClone, busy)}},
		"RetryTooLong":   {"the outer limit, with the reason it did not work", []entry{cloning}, build.Looked{Action: retry}, hour + 2*time.Second, time.Microsecond, []event.Fact{abandoned(placement.StepClone, busy)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.cmd.Now = start.Add(tc.at)
			want(t, tc.reason, decide(t, fold(begun(t, tc.given...)...), tc.cmd), tc.at, tc.pause, tc.want...)
		})
	}
}
