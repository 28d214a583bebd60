package vsphere

import (
	"context"
	"strings"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// taskID names the step beside vCenter's reference, so that a failure can be
// told to belong to it in another process.
func taskID(step placement.Step, ref types.ManagedObjectReference) string {
	return string(step) + "/" + ref.Value
}

func taskReference(id string) (placement.Step, types.ManagedObjectReference) {
	step, value, _ := strings.Cut(id, "/")
	return placement.Step(step), types.ManagedObjectReference{Type: "Task", Value: value}
}

// describe puts the state of a task into o. vCenter forgets tasks some time after
// they have ended; the machine then says what became of them.
func (l *login) describe(ctx context.Context, id string, o *placement.Observation) error {
	if id == "" {
		return nil
	}
	step, ref := taskReference(id)
	var t mo.Task
	err := property.DefaultCollector(l.read).RetrieveOne(ctx, ref, []string{"info"}, &t)
	if gone(err) {
		o.Task = placement.TaskForgotten
		return nil
	}
	if err != nil {
		return err
	}
	o.TaskStep = step
	switch t.Info.State {
	case types.TaskInfoStateSuccess:
		o.Task, o.Progress = placement.TaskSucceeded, 100
	case types.TaskInfoStateError:
		o.Task = placement.TaskFailed
		f := hypervisor.FaultOf(classify(string(step), taskError(t.Info)))
		o.Fault = &f
	default: // also for the moment after its creation, when the info is still empty
		o.Task, o.Progress = placement.TaskRunning, int(t.Info.Progress)
	}
	return nil
}

func taskError(info types.TaskInfo) error {
	if info.Error == nil || info.Error.Fault == nil {
		return errUnexplained
	}
	return soap.WrapVimFault(info.Error.Fault)
}

// cancel stops a task if it still runs, and says whether it did.
func (l *login) cancel(ctx context.Context, id string) (bool, error) {
	var o placement.Observation
	if err := l.describe(ctx, id, &o); err != nil || o.Task != placement.TaskRunning {
		return false, err
	}
	_, ref := taskReference(id)
	err := object.NewTask(l.write, ref).Cancel(ctx)
	if gone(err) || fault.Is(err, &types.NotSupported{}) || fault.Is(err, &types.InvalidState{}) {
		err = nil // ended meanwhile, or not to be stopped: look again
	}
	return true, err
}

func gone(err error) bool { return fault.Is(err, &types.ManagedObjectNotFound{}) }
