package placement

// Presence says whose machine was found under our name or instance UUID.
type Presence string

// Only Absent and Ours let the work go on.
const (
	Absent     Presence = "absent"
	Ours       Presence = "ours"       // it carries our request id and tenant id
	Foreign    Presence = "foreign"    // it carries none, or somebody else's
	Duplicated Presence = "duplicated" // more than one carries our instance UUID
	Unsettled  Presence = "unsettled"  // unmarked, but a clone is under way that may be ours
)

// TaskState says how the task started last is doing.
type TaskState string

// A task that is known ends as succeeded or failed.
const (
	TaskNone      TaskState = ""          // none was named
	TaskRunning   TaskState = "running"   // or queued
	TaskSucceeded TaskState = "succeeded" //
	TaskFailed    TaskState = "failed"    // Observation.Fault says why
	TaskForgotten TaskState = "forgotten" // the hypervisor no longer knows it; the machine tells
)

// Customization says how far the guest's customization is.
type Customization string

// The guest customizes itself after its first start, and only then is an
// address its own.
const (
	NotCustomized Customization = ""        // none was asked for
	Pending       Customization = "pending" // waits for the power
	Customizing   Customization = "running"
	Customized    Customization = "done"
	Miscustomized Customization = "failed"
)

// Observation is what was seen on the hypervisor at one moment.
type Observation struct {
	Task     TaskState `json:"task"`
	TaskStep Step      `json:"task_step,omitempty"` // which step the task was for
	Progress int       `json:"progress,omitempty"`  // of the task, in percent
	Fault    *Fault    `json:"fault,omitempty"`     // of the task

	Presence        Presence      `json:"presence"`
	Detail          string        `json:"detail,omitempty"`    // for people: which machines, which message
	Reference       string        `json:"reference,omitempty"` // the hypervisor's own id of the machine
	Customization   Customization `json:"customization,omitempty"`
	HardwareMatches bool          `json:"hardware_matches"`
	PoweredOn       bool          `json:"powered_on"`
	Address         string        `json:"address,omitempty"` // the one to give to people
	Hostname        string        `json:"hostname,omitempty"`
}

// succeeded says whether the task observed is known to have completed step, or
// one after it.
func (o Observation) succeeded(step Step) bool {
	return o.Task == TaskSucceeded && o.TaskStep.reached(step)
}
