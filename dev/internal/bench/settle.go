package bench

import (
	"context"
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"golang.org/x/sync/errgroup"
)

// backlogOfTree puts everything that other ways have left behind into the tree,
// and then records what is measured.
func (x *drain) backlogOfTree(ctx context.Context) error {
	if _, err := x.sequenceAll(ctx); err != nil {
		return err
	}
	return x.facts(ctx)
}

// sequenceAll grows the tree until nothing is left, and tells by how much.
func (x *drain) sequenceAll(ctx context.Context) (n int, err error) {
	for {
		streams, _, err := sequence(ctx, x.audit)
		n += len(streams)
		if err != nil || len(streams) == 0 {
			return n, err
		}
	}
}

// settleAll takes and settles all work, as a function does that has nothing to
// record because of it: found by the tick, taken with a lease, removed.
func (x *drain) settleAll(ctx context.Context) error {
	for left := x.n; left > 0; {
		owed, err := x.approve.Owed(ctx, event.Approve, drainBatch)
		if err != nil {
			return err
		}
		if len(owed) == 0 {
			return short(left)
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(workersOfWork)
		for _, w := range owed {
			g.Go(func() error { return x.settle(ctx, w) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
		left -= len(owed)
	}
	return nil
}

func (x *drain) settle(ctx context.Context, owed eventlog.Work) error {
	w, _, held, err := x.approve.Take(ctx, event.Approve, owed.Key.Tenant, owed.Fact)
	if err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("somebody else holds the work of fact %s", owed.Fact)
	}
	return x.approve.Settle(ctx, w)
}
