package main

import (
	"context"
	"errors"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// tenants knows the tenants' short names.
type tenants interface {
	Tenant(ctx context.Context, tenant uuid.UUID) (readmodel.Tenant, error)
}

// hypervisors hands out the hypervisor of a tenant's connection;
// readmodel.ErrNotFound if the tenant has no such.
type hypervisors interface {
	Hypervisor(ctx context.Context, tenant, connection uuid.UUID) (hypervisor.Hypervisor, error)
}

type provisioner struct {
	log     eventlog.Log
	tenants tenants
	store   connectionStore
	fleet   hypervisors
	now     func() time.Time
}

func (p *provisioner) routes() function.Routes {
	return function.Routes{
		Facts: map[event.Type]function.FactHandler{
			event.ApprovalGranted{}.EventType(): p.begin,
			event.RequestRetried{}.EventType():  p.begin,
		},
		Timers:   map[string]function.TimerHandler{build.Timer: p.goOn},
		Commands: map[string]function.CommandHandler{"io.dcm.connection.configure": p.configure},
	}
}

// begin records the intent to build, before anything is asked of a hypervisor.
func (p *provisioner) begin(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
	stream, err := p.log.Read(ctx, w.Key)
	if err != nil {
		return nil, err
	}
	cmd, err := p.plan(ctx, stream, w.Key)
	if err != nil {
		return nil, err
	}
	return build.Decider.Step(ctx, p.log, w.Key, function.Because(in, event.Provision, p.now()), &w, cmd)
}

// goOn looks at the hypervisor, does the one thing that is due there, and
// records it.
func (p *provisioner) goOn(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
	stream, err := p.log.Read(ctx, w.Key)
	if err != nil {
		return nil, err
	}
	s := build.Decider.Fold(stream)
	var report build.Command
	switch s.Phase {
	case build.Building:
		report = p.look(ctx, w.Key.Tenant, s)
	case build.Removing:
		report = p.remove(ctx, w.Key.Tenant, s)
	default:
		return nil, nil // it has ended; the timer is settled
	}
	// The machine may be further than the lease allowed for: what was done there
	// must be recorded all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
	defer cancel()
	return build.Decider.Step(ctx, p.log, w.Key, function.BecauseOf(w, stream, p.now()), &w, report)
}

// recordLimit is how long recording may take after the hypervisor was asked.
const recordLimit = 5 * time.Second

func (p *provisioner) look(ctx context.Context, tenant uuid.UUID, s build.State) build.Command {
	h, err := p.fleet.Hypervisor(ctx, tenant, s.Connection)
	if err != nil {
		return build.Unreached{Fault: connectionFault(err), Now: p.now()}
	}
	seen, err := h.Observe(ctx, s.VM, s.Task)
	if err != nil {
		return build.Unreached{Fault: hypervisor.FaultOf(err), Now: p.now()}
	}
	report := build.Looked{Action: placement.Next(seen), Seen: seen}
	if report.Action.Kind == placement.Start || s.Again(report.Action) {
		report.Task, err = hypervisor.Do(ctx, h, report.Action.Step, s.VM)
		if err != nil {
			f := hypervisor.FaultOf(err)
			report.Fault = &f
		}
	}
	report.Now = p.now()
	return report
}

func (p *provisioner) remove(ctx context.Context, tenant uuid.UUID, s build.State) build.Command {
	h, err := p.fleet.Hypervisor(ctx, tenant, s.Connection)
	if err != nil {
		return build.Unreached{Fault: connectionFault(err), Now: p.now()}
	}
	gone, err := h.Remove(ctx, s.VM, s.Task)
	report := build.Removed{Gone: gone, Now: p.now()}
	if err != nil {
		f := hypervisor.FaultOf(err)
		report.Fault = &f
	}
	return report
}

// connectionFault says why there is no hypervisor to ask: the request waits
// until an administrator or the database has mended it.
func connectionFault(err error) placement.Fault {
	if errors.Is(err, readmodel.ErrNotFound) {
		return placement.Fault{Code: "connection_missing", Detail: "the hypervisor connection has no credentials", Transient: true}
	}
	return placement.Fault{Code: placement.Internal, Detail: "the connection cannot be read", Transient: true}
}
