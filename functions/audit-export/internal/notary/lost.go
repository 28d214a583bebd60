package notary

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// ErrLost says that a restore has not brought back all that was signed for, and
// that nobody has declared what is lost.
var ErrLost = fault.New(fault.Transient, "log_lost", "Facts that were signed for were not restored. The operator has to declare them lost first.")

// Losses are what restores have cost, by tenant.
type Losses map[uuid.UUID][]checkpoint.Loss

// ParseLosses reads them as TENANT/LOSS, separated by commas.
func ParseLosses(text string) (Losses, error) {
	all := Losses{}
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		id, what, _ := strings.Cut(one, "/")
		tenant, err := uuid.Parse(id)
		if err != nil {
			return nil, fmt.Errorf("%q names no tenant: %w", one, err)
		}
		l, err := checkpoint.ParseLoss(what)
		if err != nil {
			return nil, fmt.Errorf("%q is no loss as the log of audit-export writes it", one)
		}
		all[tenant] = append(all[tenant], l)
	}
	return all, nil
}

// withoutLost is what is left to go on from once it is declared lost what the last
// checkpoint knows beyond that. What is left must be what was signed for, by the store's
// word: the database may have been made to forget its own.
func (n *Notary) withoutLost(ctx context.Context, tree pglog.Tree, last checkpoint.Checkpoint) (checkpoint.Checkpoint, error) {
	left := checkpoint.Checkpoint{
		Tenant: last.Tenant, Size: tree.Began, Epoch: last.Epoch, Lost: append(slices.Clip(last.Lost), loss(last, tree)),
	}
	for epoch := last.Epoch; epoch > 0; epoch-- {
		note, err := n.Shelf.Newest(ctx, prefix(last.Tenant), Key(last.Tenant, epoch, 0), Key(last.Tenant, epoch, tree.Began))
		if err != nil {
			return left, err
		}
		if note != nil {
			_, err := n.fits(ctx, last.Tenant, tree, note)
			return left, err
		}
	}
	return left, nil
}

// loss is what the newest checkpoint of before a restore knows beyond it.
func loss(c checkpoint.Checkpoint, tree pglog.Tree) checkpoint.Loss {
	return checkpoint.Loss{From: tree.Began, To: c.Size, Epoch: c.Epoch}
}
