package pglog

import (
	"context"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/merkle"
	"dcm.io/shared/proof"
	"github.com/google/uuid"
)

// Refusals to give a receipt.
var (
	// ErrNoFact says that the tenant's log has no such fact.
	ErrNoFact = fault.New(fault.Missing, "fact_not_found", "There is no such record.")
	// ErrNotSigned says that no checkpoint covers the fact yet; the next tick of
	// audit-export makes one, if anybody signs here.
	ErrNotSigned = fault.New(fault.Conflict, "fact_not_signed", "No signed checkpoint covers this record yet. That takes a minute or so.")
)

// mostReceiptCuts bounds how many earlier checkpoints a receipt proves that it
// continues, of each kind that Cuts tells apart.
const mostReceiptCuts = 8

const selectProvable = `
select ` + columns + placedColumns + `, p.hash,
  (select c.note from dcm.checkpoints c where c.tenant_id = $1 order by c.size desc limit 1)
from dcm.facts f` + withPlace + `
left join dcm.facts p on p.tenant_id = f.tenant_id and p.stream_id = f.stream_id and p.version = f.version - 1
where f.tenant_id = $1 and f.fact_id = $2`

type provable struct {
	eventlog.Placed
	prev []byte
	note *string
}

// Receipt proves one fact of the tenant by its newest checkpoint. The checkpoint's
// signature is not looked at: whoever gets the receipt does that.
func (l *Log) Receipt(ctx context.Context, tenant, fact uuid.UUID) (proof.Receipt, error) {
	found, err := Select(ctx, l, tenant, func(row Row) (p provable, err error) {
		err = scanInto(row, &p.Envelope, &p.Leaf, &p.LeafHash, &p.prev, &p.note)
		return p, err
	}, selectProvable, tenant, fact)
	if err != nil {
		return proof.Receipt{}, err
	}
	if len(found) == 0 {
		return proof.Receipt{}, ErrNoFact
	}
	f := found[0]
	if f.note == nil || f.Leaf < 0 {
		return proof.Receipt{}, ErrNotSigned
	}
	c, err := checkpoint.Peek([]byte(*f.note))
	if err != nil {
		return proof.Receipt{}, ErrTreeDamaged.Because(err)
	}
	if f.Leaf >= c.Size {
		return proof.Receipt{}, ErrNotSigned
	}
	cuts, err := l.Cuts(ctx, tenant, mostReceiptCuts)
	if err != nil {
		return proof.Receipt{}, err
	}
	p, err := proof.Of(c, []byte(*f.note), []int64{f.Leaf}, cuts, func(places []merkle.Place) ([]merkle.Hash, error) {
		return l.Hashes(ctx, tenant, places)
	})
	if err != nil {
		return proof.Receipt{}, err
	}
	return proof.NewReceipt(f.Placed, f.prev, p), nil
}
