// Package hypervisor is the port to whatever runs the machines. vSphere is one
// implementation, memory another; hypervisortest is what both promise.
package hypervisor

import (
	"context"
	"fmt"

	"dcm.io/functions/provision/internal/placement"
)

// A Hypervisor makes one machine at a time out of steps that each look first.
//
// Methods are safe for concurrent use, also by several processes and for the
// same vm: at most one machine ever carries its request id. What a step changed
// is durable on the hypervisor when its task has succeeded; nothing is kept in
// the process, so any instance continues what any other began.
//
// A step returns as soon as the hypervisor has accepted it. The task it returns
// is opaque, survives the process and is meant to be recorded at once; losing
// it costs nothing but detail. An empty task means the step was already done.
// Reads are retried on a broken connection, steps never: after a transient error
// a step may or may not have been taken, and Observe tells.
//
// Errors are *Error. No method reports an absent machine as an error except the
// steps after Clone, for which it is transient.
type Hypervisor interface {
	// Observe tells how vm and task stand. An empty task, and one that the
	// hypervisor has forgotten, are no errors.
	Observe(ctx context.Context, vm placement.VM, task string) (placement.Observation, error)
	// Clone begins making vm, marked with its request id and tenant id, switched
	// off. It fails for good where the template, a place or the network is missing
	// or the disk would have to shrink, before anything is made.
	Clone(ctx context.Context, vm placement.VM) (task string, err error)
	// Customize hands the guest its host name and address for its first start.
	Customize(ctx context.Context, vm placement.VM) (task string, err error)
	// Reconfigure gives vm its size and network. Disks only ever grow.
	Reconfigure(ctx context.Context, vm placement.VM) (task string, err error)
	// PowerOn starts vm.
	PowerOn(ctx context.Context, vm placement.VM) (task string, err error)
	// Remove takes back a machine that was made for this request, and cancels
	// task if it still runs. It does one thing per call: call it until it says
	// gone. A machine without our mark is never touched; it is foreign_vm.
	Remove(ctx context.Context, vm placement.VM, task string) (gone bool, err error)
	// Check logs in and lists what machines can be made of. It changes nothing.
	Check(ctx context.Context) (Inventory, error)
}

// Do takes the step that placement.Next asked for.
func Do(ctx context.Context, h Hypervisor, step placement.Step, vm placement.VM) (task string, err error) {
	switch step {
	case placement.StepClone:
		return h.Clone(ctx, vm)
	case placement.StepCustomize:
		return h.Customize(ctx, vm)
	case placement.StepReconfigure:
		return h.Reconfigure(ctx, vm)
	case placement.StepPowerOn:
		return h.PowerOn(ctx, vm)
	}
	return "", fmt.Errorf("step %q is nothing that can be started", step)
}
