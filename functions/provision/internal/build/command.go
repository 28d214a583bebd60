package build

import (
	"time"

	"dcm.io/functions/provision/internal/placement"
	"github.com/google/uuid"
)

// A Command is one that this package decides.
type Command interface{ command() }

type (
	// Begin makes the machine that was approved.
	Begin struct {
		ID         uuid.UUID // the machine's, in DCM
		Connection uuid.UUID
		VM         placement.VM
		Now        time.Time
	}
	// Refuse ends a build that cannot even begin.
	Refuse struct{ Fault placement.Fault }
	// Unreached reports that the hypervisor could not be asked.
	Unreached struct {
		Fault placement.Fault
		Now   time.Time
	}
	// Looked reports what package placement made of an observation, and, if it
	// asked for a step, how starting the step went.
	Looked struct {
		Action placement.Action
		Seen   placement.Observation
		Task   string           // of the step that was started, if it is a task
		Fault  *placement.Fault // why the step could not be started
		Now    time.Time
	}
	// Removed reports how the removal of a half-made machine went.
	Removed struct {
		Gone  bool
		Fault *placement.Fault // why it could not be removed
		Now   time.Time
	}
)

func (Begin) command()     {}
func (Refuse) command()    {}
func (Unreached) command() {}
func (Looked) command()    {}
func (Removed) command()   {}
