package main

import (
	"context"

	"dcm.io/dev/internal/bench"
	"dcm.io/dev/internal/bench/peer"
	"dcm.io/dev/internal/stack"
)

// A part is measured on its own.
type part func(context.Context, *place, bench.Pace, bench.Sizes) ([]bench.Row, error)

// order is that of the table. What needs the whole product comes first; it is
// stopped before anything else is measured.
var order = []string{"flow", "start", "receive", "append", "cost", "batch", "read", "hostile", "drain", "rebuild", "tamper"}

var parts = map[string]part{
	"flow": func(ctx context.Context, p *place, pace bench.Pace, _ bench.Sizes) ([]bench.Row, error) {
		s, err := p.product(ctx)
		if err != nil {
			return nil, err
		}
		return bench.Flow(ctx, s.Run(), pace)
	},
	"start": func(ctx context.Context, p *place, pace bench.Pace, _ bench.Sizes) ([]bench.Row, error) {
		s, err := p.product(ctx)
		if err != nil {
			return nil, err
		}
		return bench.Start(ctx, p.bin(), programs(s), pace)
	},
	"receive": func(ctx context.Context, p *place, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		if err := p.quiet(); err != nil {
			return nil, err
		}
		return bench.Receive(ctx, pace, of.Rings)
	},
	"append": on(func(ctx context.Context, p *place, d bench.Database, pace bench.Pace, _ bench.Sizes) ([]bench.Row, error) {
		return bench.Append(ctx, d, p.path(peer.Modules), pace, 1, 8, 32)
	}),
	"cost": on(func(ctx context.Context, p *place, d bench.Database, pace bench.Pace, _ bench.Sizes) ([]bench.Row, error) {
		return bench.Cost(ctx, d, p.path(peer.Modules), pace, 32)
	}),
	"batch": on(func(ctx context.Context, p *place, d bench.Database, pace bench.Pace, _ bench.Sizes) ([]bench.Row, error) {
		return bench.Batch(ctx, d, p.path(peer.Modules), pace, 8)
	}),
	"read": func(ctx context.Context, p *place, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		return bench.Read(ctx, p.database, pace, of)
	},
	"hostile": on(func(ctx context.Context, _ *place, d bench.Database, _ bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		return bench.Hostile(ctx, d, of.Hostile)
	}),
	"drain": on(func(ctx context.Context, _ *place, d bench.Database, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		return bench.Drain(ctx, d, pace, of.Backlog)
	}),
	"rebuild": on(func(ctx context.Context, _ *place, d bench.Database, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		return bench.Rebuild(ctx, d, of.Rebuilt, pace)
	}),
	"tamper": func(ctx context.Context, p *place, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		if err := p.quiet(); err != nil {
			return nil, err
		}
		return bench.Tamper(ctx, p.bin(), p.path("functions/audit-export"), pace, of)
	},
}

// on gives a part a database of its own, with nobody else on the machine.
func on(measure func(context.Context, *place, bench.Database, bench.Pace, bench.Sizes) ([]bench.Row, error)) part {
	return func(ctx context.Context, p *place, pace bench.Pace, of bench.Sizes) ([]bench.Row, error) {
		d, err := p.database(ctx)
		if err != nil {
			return nil, err
		}
		return measure(ctx, p, d, pace, of)
	}
}

// programs are the functions with the environment that they have in the stack.
// provision carries govmomi; what it and web weigh is said, not gated. web keeps
// one instance, so nobody waits for its start.
func programs(s *stack.Stack) []bench.Program {
	var all []bench.Program
	for _, name := range []string{stack.Submit, stack.Approve, stack.Provision, stack.Notify, stack.AuditExport, stack.Web} {
		p := bench.Program{Name: name, Env: s.Environment(name), GateMB: 20, TargetMB: 12}
		if name == stack.Provision || name == stack.Web || name == stack.Approve {
			p.GateMB, p.TargetMB = 0, 0
		}
		if name == stack.Web {
			p.KeptAlive = true
		}
		all = append(all, p)
	}
	return all
}
