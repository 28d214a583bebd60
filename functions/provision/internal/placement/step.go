package placement

import "slices"

// Step is one stage of making a machine, in this order.
type Step string

// The values are recorded with facts, and never change.
const (
	StepClone       Step = "clone"
	StepCustomize   Step = "customize"
	StepReconfigure Step = "reconfigure"
	StepPowerOn     Step = "power_on"
	StepAddress     Step = "address"
	StepDone        Step = "done"
)

// Steps are all of them, first to last.
var Steps = []Step{StepClone, StepCustomize, StepReconfigure, StepPowerOn, StepAddress, StepDone}

// reached says whether s is other or comes after it.
func (s Step) reached(other Step) bool {
	return slices.Index(Steps, s) >= slices.Index(Steps, other)
}
