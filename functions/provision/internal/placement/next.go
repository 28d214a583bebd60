package placement

// Kind is what an Action asks for.
type Kind string

// What Next can ask for.
const (
	Start  Kind = "start"  // begin Step and keep the task it returns
	Wait   Kind = "wait"   // look again soon; keep the task
	Retry  Kind = "retry"  // Step did not work this time: forget the task, look again later
	Fail   Kind = "fail"   // give up; Fault says why
	Finish Kind = "finish" // the machine is ready
)

// Action is what to do next. Step is where the work stands, whatever the kind.
type Action struct {
	Kind  Kind  `json:"kind"`
	Step  Step  `json:"step"`
	Fault Fault `json:"fault,omitzero"`
}

// Next decides from what was observed. It may be asked any number of times and
// by several processes at once: a step is started only while its effect is
// missing, and while a task of ours runs nothing else is started.
func Next(o Observation) Action {
	if o.Task == TaskRunning {
		return Action{Kind: Wait, Step: o.TaskStep}
	}
	switch o.Presence {
	case Foreign:
		return fail(StepClone, ForeignVM, o.Detail)
	case Duplicated:
		return fail(StepClone, DuplicateUUID, o.Detail)
	case Unsettled:
		return Action{Kind: Wait, Step: StepClone}
	}
	act := due(o)
	if act.Kind == Start && act.Step == o.TaskStep && o.Task == TaskFailed && o.Fault != nil {
		// Only while the effect is missing: another process may have had it done.
		act = Action{Kind: Fail, Step: act.Step, Fault: *o.Fault}
		if o.Fault.Transient {
			act.Kind = Retry
		}
	}
	return act
}

// due is the first step whose effect is missing.
func due(o Observation) Action {
	switch {
	case o.Presence == Absent:
		return Action{Kind: Start, Step: StepClone}
	case o.Customization == Miscustomized:
		return fail(StepCustomize, CustomizationFailed, o.Detail)
	case !o.PoweredOn && o.Customization == NotCustomized && !o.succeeded(StepCustomize):
		return Action{Kind: Start, Step: StepCustomize}
	case !o.HardwareMatches && (o.PoweredOn || o.succeeded(StepReconfigure)):
		// Reconfiguring again would do the same again.
		return fail(StepReconfigure, HardwareMismatch, "the machine does not have the size or network asked for")
	case !o.HardwareMatches:
		return Action{Kind: Start, Step: StepReconfigure}
	case !o.PoweredOn && o.succeeded(StepPowerOn):
		return Action{Kind: Retry, Step: StepPowerOn, Fault: Fault{PoweredOff, "the machine was started and is off again", true}}
	case !o.PoweredOn:
		return Action{Kind: Start, Step: StepPowerOn}
	case o.Customization == Pending, o.Customization == Customizing, o.Address == "":
		return Action{Kind: Wait, Step: StepAddress}
	}
	return Action{Kind: Finish, Step: StepDone}
}

func fail(step Step, code Code, detail string) Action {
	return Action{Kind: Fail, Step: step, Fault: Fault{Code: code, Detail: detail}}
}
