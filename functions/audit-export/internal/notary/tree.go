package notary

import (
	"context"
	"errors"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

// mostCuts bounds how many earlier checkpoints a bundle proves that it continues:
// those of other bundles, and the newest of all.
const mostCuts = 200

var errNoCheckpoint = errors.New("the tenant has no checkpoint, though it has facts")

// Tree puts everything that is settled into the trees, signs for them and tells
// what proves a bundle of the tenant by its checkpoint; nil if nobody signs here.
// What is wrong with other tenants' trees is not its concern.
func (n *Notary) Tree(ctx context.Context, tenant, bundle uuid.UUID) (*export.Tree, error) {
	if n.Signer == nil {
		return nil, nil
	}
	_, failed, err := n.look(ctx)
	if err := errors.Join(err, failed[tenant]); err != nil {
		return nil, err
	}
	// Also a tree that has not grown must be the one that was signed for.
	if err := n.sign(ctx, tenant); err != nil {
		return nil, err
	}
	note, err := n.Log.Checkpoint(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if note == nil {
		return nil, errNoCheckpoint
	}
	c, id, err := n.keys().Open(note)
	if err != nil {
		return nil, ErrForeign.Because(err)
	}
	t := &export.Tree{Checkpoint: c, Note: note, Key: id}
	if t.Previous, err = n.Log.Exported(ctx, tenant, bundle); err != nil {
		return nil, err
	}
	if t.Cuts, err = n.Log.Cuts(ctx, tenant, mostCuts); err != nil {
		return nil, err
	}
	t.Facts = func(leaves []int64) ([]eventlog.Placed, error) { return n.Log.Leaves(ctx, tenant, leaves) }
	t.Hashes = func(places []merkle.Place) ([]merkle.Hash, error) { return n.Log.Hashes(ctx, tenant, places) }
	return t, nil
}

// Exported remembers that the bundle has the checkpoint of this size.
func (n *Notary) Exported(ctx context.Context, tenant, bundle uuid.UUID, size int64) error {
	return n.Log.KeepExported(ctx, tenant, bundle, size)
}
