// Package traced puts what is asked of a hypervisor into the trace: each call is
// a span, with what became of it and nothing of the machine.
package traced

import (
	"context"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/fault"
	"dcm.io/shared/telemetry"
)

// A Hypervisor is another hypervisor, seen in the trace.
type Hypervisor struct{ Inner hypervisor.Hypervisor }

// Observe implements hypervisor.Hypervisor.
func (h Hypervisor) Observe(ctx context.Context, vm placement.VM, task string) (placement.Observation, error) {
	return in(ctx, "observe", func(ctx context.Context) (placement.Observation, error) { return h.Inner.Observe(ctx, vm, task) })
}

// Clone implements hypervisor.Hypervisor.
func (h Hypervisor) Clone(ctx context.Context, vm placement.VM) (string, error) {
	return in(ctx, "clone", func(ctx context.Context) (string, error) { return h.Inner.Clone(ctx, vm) })
}

// Customize implements hypervisor.Hypervisor.
func (h Hypervisor) Customize(ctx context.Context, vm placement.VM) (string, error) {
	return in(ctx, "customize", func(ctx context.Context) (string, error) { return h.Inner.Customize(ctx, vm) })
}

// Reconfigure implements hypervisor.Hypervisor.
func (h Hypervisor) Reconfigure(ctx context.Context, vm placement.VM) (string, error) {
	return in(ctx, "reconfigure", func(ctx context.Context) (string, error) { return h.Inner.Reconfigure(ctx, vm) })
}

// PowerOn implements hypervisor.Hypervisor.
func (h Hypervisor) PowerOn(ctx context.Context, vm placement.VM) (string, error) {
	return in(ctx, "power on", func(ctx context.Context) (string, error) { return h.Inner.PowerOn(ctx, vm) })
}

// Remove implements hypervisor.Hypervisor.
func (h Hypervisor) Remove(ctx context.Context, vm placement.VM, task string) (bool, error) {
	return in(ctx, "remove", func(ctx context.Context) (bool, error) { return h.Inner.Remove(ctx, vm, task) })
}

// Check implements hypervisor.Hypervisor.
func (h Hypervisor) Check(ctx context.Context) (hypervisor.Inventory, error) {
	return in(ctx, "check", h.Inner.Check)
}

// in runs a call in a span of its own.
func in[T any](ctx context.Context, call string, run func(context.Context) (T, error)) (T, error) {
	ctx, span := telemetry.Start(ctx, telemetry.Client, telemetry.SpanVSphere+" "+call)
	v, err := run(ctx)
	span.End(faultOf(err))
	return v, err
}

// faultOf is what the trace says of a hypervisor's error.
func faultOf(err error) error {
	if err == nil {
		return nil
	}
	known, kind := hypervisor.FaultOf(err), fault.Invalid
	if known.Transient {
		kind = fault.Transient
	}
	return fault.New(kind, string(known.Code), "")
}
