// Package hypervisortest is what every hypervisor.Hypervisor promises, as tests.
package hypervisortest

import (
	"testing"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Fixture is one hypervisor with nothing of ours on it. Its methods fail the
// test instead of returning an error.
type Fixture interface {
	// Open connects afresh, as a process does that has just started.
	Open(t *testing.T) hypervisor.Hypervisor
	// VM is a machine that can be made. Every call is another request of the same
	// tenant, for a template whose disk is at least 2 GiB.
	VM(t *testing.T) placement.VM
	// Plant puts a machine that is not ours where vm is to go.
	Plant(t *testing.T, vm placement.VM)
	// Lose deletes vm behind our back.
	Lose(t *testing.T, vm placement.VM)
	// Count is the number of machines that carry the name of vm.
	Count(t *testing.T, vm placement.VM) int
}

// Run checks an implementation. It asks setup for a new Fixture for each test.
func Run(t *testing.T, setup func(t *testing.T) Fixture) {
	for name, test := range map[string]func(*testing.T, Fixture){
		"MakesAMachineStepByStep":      makesAMachine,
		"RepeatingAStepChangesNothing": repeats,
		"AnyProcessGoesOn":             resumes,
		"LostTasksCostNothing":         losesTasks,
		"TwoAtOnceMakeOne":             races,
		"ForeignMachineIsLeftAlone":    foreign,
		"RemovesWhatItMade":            removes,
		"LostMachineIsMadeAgain":       remakes,
		"RefusesBeforeMaking":          refuses,
		"AbsentIsNoError":              absent,
		"ListsWhatCanBeUsed":           lists,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, setup(t))
		})
	}
}
