package notary

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Key names a checkpoint's object; keys sort by epoch, then by size. The first
// epoch is not named: most trees never have another.
func Key(tenant uuid.UUID, epoch, size int64) string {
	if epoch <= 1 {
		return prefix(tenant) + fmt.Sprintf("%015d", size)
	}
	return prefix(tenant) + fmt.Sprintf("epoch-%06d/%015d", epoch, size)
}

func prefix(tenant uuid.UUID) string { return "checkpoints/" + tenant.String() + "/" }

// keys are all that a checkpoint of ours may be signed with.
func (n *Notary) keys() checkpoint.Keys {
	return append(checkpoint.Keys{n.Signer.Key()}, n.Old...)
}

// sign signs for a tenant's tree as it is, if it continues what was signed
// before.
func (n *Notary) sign(ctx context.Context, tenant uuid.UUID) error {
	tree, err := n.Log.Tree(ctx, tenant)
	if err != nil {
		return err
	}
	last, err := n.compare(ctx, tenant, tree)
	if err != nil {
		return err
	}
	if tree.Size <= last.Size {
		return nil // nothing new, or another notary has grown it since and signed
	}
	if err := n.alarm(ctx, tenant, last, tree); err != nil {
		return err
	}
	root, err := n.Log.Root(ctx, tenant, tree.Size)
	if err != nil {
		return err
	}
	c := checkpoint.Checkpoint{
		Tenant: tenant, Size: tree.Size, Root: root, At: n.Now().UTC().Truncate(time.Microsecond), Epoch: tree.Epoch, Lost: last.Lost,
	}
	note, err := n.Signer.Sign(c)
	if err != nil {
		return err
	}
	published, err := n.Shelf.Publish(ctx, Key(tenant, c.Epoch, c.Size), note, c.At.Add(n.LockFor))
	if err != nil {
		return err
	}
	_, err = n.keep(ctx, tenant, tree, published)
	return err
}

// compare holds the tree against what was signed before: in the database, and
// what only the store knows of, be it that we died before keeping it or that
// somebody has taken it out of the database. It returns the newest; where a restore
// has lost facts, and its operator has declared that, what is left to go on from.
func (n *Notary) compare(ctx context.Context, tenant uuid.UUID, tree pglog.Tree) (last checkpoint.Checkpoint, err error) {
	note, err := n.Log.Checkpoint(ctx, tenant)
	if err != nil {
		return last, err
	}
	if note != nil {
		if last, err = n.fits(ctx, tenant, tree, note); err != nil {
			return last, err
		}
	}
	published, err := n.Shelf.Newest(ctx, prefix(tenant), Key(tenant, last.Epoch, last.Size), "")
	if err != nil || published == nil {
		return last, err
	}
	c, err := n.keep(ctx, tenant, tree, published)
	if errors.Is(err, ErrLost) && slices.Contains(n.Lost[tenant], loss(c, tree)) {
		return n.withoutLost(ctx, tree, c)
	}
	return c, err
}

// keep stores a published note in the database, if the tree is the one it is of.
func (n *Notary) keep(ctx context.Context, tenant uuid.UUID, tree pglog.Tree, published []byte) (checkpoint.Checkpoint, error) {
	c, err := n.fits(ctx, tenant, tree, published)
	if err != nil {
		return c, err
	}
	return c, n.Log.KeepCheckpoint(ctx, c, published)
}

// fits reads a note of ours and refuses it if the tree is not the one it is of.
func (n *Notary) fits(ctx context.Context, tenant uuid.UUID, tree pglog.Tree, note []byte) (checkpoint.Checkpoint, error) {
	c, _, err := n.keys().Open(note)
	switch {
	case err != nil:
		return c, ErrForeign.Because(err)
	case c.Tenant != tenant:
		return c, ErrForeign.Because(fmt.Errorf("it is of tenant %s", c.Tenant))
	case c.Size > tree.Size:
		// Another notary may have grown the tree since it was looked at, and signed.
		if tree, err = n.Log.Tree(ctx, tenant); err != nil {
			return c, err
		}
	}
	if c.Epoch < tree.Epoch && c.Size > tree.Began {
		return c, ErrLost.Because(fmt.Errorf("%d facts were signed for at %s, and the restored tree had %d: to go on without the others, declare %s/%s in CHECKPOINT_LOST",
			c.Size, c.At.Format(time.RFC3339), tree.Began, tenant, loss(c, tree)))
	}
	if c.Size > tree.Size {
		return c, ErrTruncated.Because(fmt.Errorf("%d facts were signed for at %s, the tree has %d", c.Size, c.At, tree.Size))
	}
	root, err := n.Log.Root(ctx, tenant, c.Size)
	if err != nil {
		return c, err
	}
	if root != c.Root {
		return c, ErrRewritten.Because(fmt.Errorf("the first %d facts are not those that were signed for at %s", c.Size, c.At))
	}
	return c, nil
}

// patience is how long facts may wait for a checkpoint before that is worth an
// error: ticks come every minute.
const patience = 2 * time.Minute

// alarm says so if facts have stood unsigned for longer than is usual: nobody
// vouches for them as they were in that time.
func (n *Notary) alarm(ctx context.Context, tenant uuid.UUID, last checkpoint.Checkpoint, tree pglog.Tree) error {
	first, err := n.Log.Leaves(ctx, tenant, []int64{last.Size})
	if err != nil {
		return err
	}
	if len(first) == 1 && n.Now().Sub(first[0].RecordedAt) > patience {
		n.Logger.ErrorContext(ctx, "facts have stood without a signed checkpoint", "tenant", tenant.String(),
			"since", first[0].RecordedAt.Format(time.RFC3339), "facts", tree.Size-last.Size)
	}
	return nil
}
