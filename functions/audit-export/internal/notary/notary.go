// Package notary grows the history tree of each tenant behind the log and signs
// how far it has come. What it signs it first lays where the database cannot
// reach, in the object store under lock, and it signs nothing that does not
// continue what lies there: whoever rules the database alone cannot rewrite
// history, nor have it signed.
//
// The order is sequence, compare, sign, publish, keep. What each crash leaves:
//
//	before a tree has grown     nothing; the next look begins again
//	grown, not signed           facts without a checkpoint; the next look signs
//	signed, not published       nothing; the next look signs anew
//	published, not kept         the next look finds it in the store and keeps it
//
// Two at once do no harm: places in a tree are given out once, and so are the
// store's keys.
package notary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

// A Log is the event log with its trees.
type Log interface {
	Unsequenced(ctx context.Context, limit int, without ...uuid.UUID) ([]pglog.Unsequenced, error)
	Sequence(ctx context.Context, tenant uuid.UUID, these []pglog.Unsequenced) error
	Mark(ctx context.Context, done []pglog.Unsequenced) error
	Strangers(ctx context.Context) ([]pglog.Stranger, error)
	UnsignedTrees(ctx context.Context, limit int) ([]pglog.Unsigned, error)
	Tree(ctx context.Context, tenant uuid.UUID) (pglog.Tree, error)
	Root(ctx context.Context, tenant uuid.UUID, size int64) (merkle.Hash, error)
	Hashes(ctx context.Context, tenant uuid.UUID, places []merkle.Place) ([]merkle.Hash, error)
	Leaves(ctx context.Context, tenant uuid.UUID, places []int64) ([]eventlog.Placed, error)
	Checkpoint(ctx context.Context, tenant uuid.UUID) ([]byte, error)
	KeepCheckpoint(ctx context.Context, c checkpoint.Checkpoint, note []byte) error
	Exported(ctx context.Context, tenant, other uuid.UUID) ([]byte, error)
	KeepExported(ctx context.Context, tenant, bundle uuid.UUID, size int64) error
	Cuts(ctx context.Context, tenant uuid.UUID, limit int) ([]int64, error)
}

// A Shelf keeps notes where the database cannot reach. Failures are Transient if
// waiting helps.
type Shelf interface {
	// Publish stores note under key, locked until then, unless there is one, and
	// returns what was there first: durable and locked.
	Publish(ctx context.Context, key string, note []byte, until time.Time) ([]byte, error)
	// Newest returns the note with the greatest key that begins with prefix and is
	// greater than after and, unless that is empty, not greater than upTo; nil if
	// there is none. What was first under a key counts,
	// whatever was put on top of it.
	Newest(ctx context.Context, prefix, after, upTo string) ([]byte, error)
}

// A Notary is safe for concurrent use.
type Notary struct {
	Log     Log
	Shelf   Shelf
	Signer  *checkpoint.Signer // nil: nobody signs here
	Old     checkpoint.Keys    // that have signed before the last rotation
	Lost    Losses             // that somebody has declared, in no place that rules the database
	LockFor time.Duration
	Now     func() time.Time
	Logger  *slog.Logger
	// Ending is closed when the process shall stop: a tick then does not wait for
	// more. Nil never ends.
	Ending <-chan struct{}

	attending sync.Mutex // held by the tick that looks
}

// pause is between two looks: while facts come, checkpoints are at most ten
// seconds apart.
const pause = 8 * time.Second

// Tick looks, and goes on until then for as long as there was something. One tick
// at a time.
func (n *Notary) Tick(ctx context.Context, until time.Time) {
	if !n.attending.TryLock() {
		return
	}
	defer n.attending.Unlock()
	for {
		worked, failed, err := n.look(ctx)
		if err != nil {
			n.Logger.ErrorContext(ctx, "the history trees are not up to date", "error", err.Error())
		}
		for tenant, err := range failed {
			n.Logger.ErrorContext(ctx, "a history tree is not up to date", "tenant", tenant.String(), "error", err.Error())
		}
		if !worked || n.Now().Add(pause).After(until) {
			return
		}
		select {
		case <-time.After(pause):
		case <-n.Ending:
			return
		case <-ctx.Done():
			return
		}
	}
}

// step is how many facts are sequenced at once, and how many at most have no
// checkpoint between them.
const step = 1000

// failures are of tenants: what is wrong with one is no other's concern.
type failures map[uuid.UUID]error

// look puts everything that is settled into the trees and signs what they have
// grown by. A tenant whose tree cannot grow is left out of the rest of the look.
func (n *Notary) look(ctx context.Context) (worked bool, failed failures, err error) {
	if err := n.compareClusters(ctx); err != nil {
		return false, nil, err
	}
	failed = failures{}
	for more, races := true, 0; more; {
		these, err := n.Log.Unsequenced(ctx, step, slices.Collect(maps.Keys(failed))...)
		if err != nil {
			return worked, failed, err
		}
		worked = worked || len(these) > 0
		raced, err := n.sequence(ctx, these, failed)
		if err == nil {
			err = n.signAll(ctx, failed)
		}
		if err != nil {
			return worked, failed, err
		}
		if raced {
			races++
		}
		more = raced && races < mostRaces || len(these) == step
	}
	return worked, failed, nil
}

// mostRaces bounds trying again: after so many the other one has done it all.
const mostRaces = 10

// compareClusters says so if trees stand still because of where they are.
func (n *Notary) compareClusters(ctx context.Context) error {
	strangers, err := n.Log.Strangers(ctx)
	if err != nil {
		return err
	}
	for _, s := range strangers {
		n.Logger.ErrorContext(ctx, "the history tree stands still: the database was restored or moved, and nobody has accepted that (dcmctl log epoch accept)",
			"tenant", s.Tenant.String(), "epoch", s.Epoch, "system_identifier", s.In.SystemIdentifier, "timeline", s.In.Timeline)
	}
	return nil
}

// sequence puts facts into their tenants' trees; the mark moves once all are done.
// It tells whether somebody else was at it too.
func (n *Notary) sequence(ctx context.Context, these []pglog.Unsequenced, failed failures) (raced bool, err error) {
	var tenants []uuid.UUID
	of := map[uuid.UUID][]pglog.Unsequenced{}
	for _, u := range these {
		tenant := u.Key.Tenant
		if of[tenant] == nil {
			tenants = append(tenants, tenant)
		}
		of[tenant] = append(of[tenant], u)
	}
	for _, tenant := range tenants {
		err := n.Log.Sequence(ctx, tenant, of[tenant])
		switch {
		case errors.Is(err, pglog.ErrRaced):
			raced = true
		case err != nil:
			failed[tenant] = fmt.Errorf("sequence: %w", err)
		}
	}
	if raced {
		return true, nil
	}
	return false, n.Log.Mark(ctx, these)
}

// signAll signs for every tree that has grown.
func (n *Notary) signAll(ctx context.Context, failed failures) error {
	if n.Signer == nil {
		return nil
	}
	unsigned, err := n.Log.UnsignedTrees(ctx, step)
	if err != nil {
		return err
	}
	for _, u := range unsigned {
		if err := n.sign(ctx, u.Tenant); err != nil {
			failed[u.Tenant] = errors.Join(failed[u.Tenant], fmt.Errorf("sign: %w", err))
		}
	}
	return nil
}

// Refusals to sign.
var (
	// ErrTruncated says that the tree has fewer facts than were signed for.
	ErrTruncated = fault.New(fault.Internal, "log_truncated", "Facts that were signed for are gone from the event log.")
	// ErrRewritten says that the tree is not the one that was signed for.
	ErrRewritten = fault.New(fault.Internal, "log_rewritten", "The event log is not the one that was signed for. Somebody has rewritten it.")
	// ErrForeign says that a checkpoint was signed with a key that is not ours.
	ErrForeign = fault.New(fault.Internal, "checkpoint_foreign", "A checkpoint of the event log was signed with an unknown key.")
)
