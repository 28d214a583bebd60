package placement

import (
	"testing"
)

func TestNext(t *testing.T) {
	t.Parallel()
	// made is a machine that needs nothing any more.
	made := Observation{Presence: Ours, Customization: Customized, HardwareMatches: true, PoweredOn: true, Address: "192.0.2.7"}
	from := func(change func(*Observation)) Observation { o := made; change(&o); return o }
	passing := &Fault{Code: Busy, Transient: true}
	lasting := &Fault{Code: NoPermission}

	for name, tc := range map[string]struct {
		reason string
		o      Observation
		kind   Kind
		step   Step
		code   Code
	}{
		"NothingThere": {"the first step", Observation{Presence: Absent}, Start, StepClone, ""},
		"CloneRuns": {
			"an absent machine is no reason for a second clone while one runs",
			Observation{Presence: Absent, Task: TaskRunning, TaskStep: StepClone},
			Wait, StepClone, "",
		},
		"CloneRunsAndShowsUnmarked": {
			"our own clone has no mark yet",
			Observation{Presence: Foreign, Task: TaskRunning, TaskStep: StepClone},
			Wait, StepClone, "",
		},
		"SomebodysCloneMayBeOurs": {
			"the task was lost before it was recorded",
			Observation{Presence: Unsettled},
			Wait, StepClone, "",
		},
		"CloneForgottenAndAbsent": {"nothing became of it", Observation{Presence: Absent, Task: TaskForgotten}, Start, StepClone, ""},
		"CloneDoneAndDeleted":     {"somebody deleted it", Observation{Presence: Absent, Task: TaskSucceeded, TaskStep: StepClone}, Start, StepClone, ""},
		"CloneFailedForNow":       {"later perhaps", Observation{Presence: Absent, Task: TaskFailed, TaskStep: StepClone, Fault: passing}, Retry, StepClone, Busy},
		"CloneFailedForGood":      {"a person must act", Observation{Presence: Absent, Task: TaskFailed, TaskStep: StepClone, Fault: lasting}, Fail, StepClone, NoPermission},
		"CloneLostTheRace": {
			"another process made it, so its failure is none",
			Observation{Presence: Ours, Task: TaskFailed, TaskStep: StepClone, Fault: passing},
			Start, StepCustomize, "",
		},
		"Foreign":    {"never adopt", Observation{Presence: Foreign}, Fail, StepClone, ForeignVM},
		"Duplicated": {"an incident", Observation{Presence: Duplicated}, Fail, StepClone, DuplicateUUID},

		"Cloned":             {"second step", Observation{Presence: Ours}, Start, StepCustomize, ""},
		"CustomizeRuns":      {"wait", Observation{Presence: Ours, Task: TaskRunning, TaskStep: StepCustomize}, Wait, StepCustomize, ""},
		"CustomizeForgotten": {"the machine shows it", Observation{Presence: Ours, Task: TaskForgotten, Customization: Pending}, Start, StepReconfigure, ""},
		"CustomizedUnseen": {
			"before 7.0.2 the machine may not show what the task has done",
			Observation{Presence: Ours, Task: TaskSucceeded, TaskStep: StepCustomize},
			Start, StepReconfigure, "",
		},
		"CustomizeFailedForNow":  {"later perhaps", Observation{Presence: Ours, Task: TaskFailed, TaskStep: StepCustomize, Fault: passing}, Retry, StepCustomize, Busy},
		"CustomizeFailedForGood": {"a person must act", Observation{Presence: Ours, Task: TaskFailed, TaskStep: StepCustomize, Fault: lasting}, Fail, StepCustomize, NoPermission},
		"CustomizeFailedYetPending": {
			"another process was faster",
			Observation{Presence: Ours, Customization: Pending, Task: TaskFailed, TaskStep: StepCustomize, Fault: lasting},
			Start, StepReconfigure, "",
		},
		"GuestRefusedCustomization": {"the machine has the wrong name", from(func(o *Observation) { o.Customization = Miscustomized }), Fail, StepCustomize, CustomizationFailed},

		"ReconfigureRuns":         {"wait", Observation{Presence: Ours, Customization: Pending, Task: TaskRunning, TaskStep: StepReconfigure}, Wait, StepReconfigure, ""},
		"ReconfiguredForgotten":   {"the machine shows it", Observation{Presence: Ours, Customization: Pending, HardwareMatches: true, Task: TaskForgotten}, Start, StepPowerOn, ""},
		"ReconfigureFailedForNow": {"later perhaps", Observation{Presence: Ours, Customization: Pending, Task: TaskFailed, TaskStep: StepReconfigure, Fault: passing}, Retry, StepReconfigure, Busy},
		"ReconfiguredInVain": {
			"again would do the same again",
			Observation{Presence: Ours, Customization: Pending, Task: TaskSucceeded, TaskStep: StepReconfigure},
			Fail, StepReconfigure, HardwareMismatch,
		},
		"RunsWithAnotherSize": {"nobody gets what they did not ask for", from(func(o *Observation) { o.HardwareMatches = false }), Fail, StepReconfigure, HardwareMismatch},

		"PowerOnRuns":         {"wait", Observation{Presence: Ours, Customization: Pending, HardwareMatches: true, Task: TaskRunning, TaskStep: StepPowerOn}, Wait, StepPowerOn, ""},
		"PowerOnFailedForNow": {"later perhaps", Observation{Presence: Ours, Customization: Pending, HardwareMatches: true, Task: TaskFailed, TaskStep: StepPowerOn, Fault: passing}, Retry, StepPowerOn, Busy},
		"PowerOnInVain": {
			"it went off again",
			Observation{Presence: Ours, Customization: Pending, HardwareMatches: true, Task: TaskSucceeded, TaskStep: StepPowerOn},
			Retry, StepPowerOn, PoweredOff,
		},
		"PowerOnLostTheRace": {"it is on", from(func(o *Observation) { o.Task, o.TaskStep, o.Fault = TaskFailed, StepPowerOn, passing }), Finish, StepDone, ""},

		"CustomizationPending": {"an address may still be the template's", from(func(o *Observation) { o.Customization = Pending }), Wait, StepAddress, ""},
		"CustomizationRuns":    {"same", from(func(o *Observation) { o.Customization = Customizing }), Wait, StepAddress, ""},
		"NoAddress":            {"nobody can use it", from(func(o *Observation) { o.Address = "" }), Wait, StepAddress, ""},
		"StartedByHand":        {"customization cannot be had any more", from(func(o *Observation) { o.Customization = NotCustomized }), Finish, StepDone, ""},
		"Made":                 {"everything is there", made, Finish, StepDone, ""},
		"MadeTaskForgotten":    {"nobody needs the task", from(func(o *Observation) { o.Task = TaskForgotten }), Finish, StepDone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Next(tc.o)
			if got.Kind != tc.kind || got.Step != tc.step || got.Fault.Code != tc.code {
				t.Errorf("%s: want %s %s %s, got %+v", tc.reason, tc.kind, tc.step, tc.code, got)
			}
		})
	}
}
