package export

import (
	"errors"

	"dcm.io/shared/merkle"
	"dcm.io/shared/proof"
)

// VerifyReceipt checks a receipt. Only Keys and Earlier of trust are of use.
func VerifyReceipt(b []byte, trust Trust) Report {
	var r Report
	in, err := proof.ReadReceipt(b)
	if err != nil {
		r.add(BadManifest, "%v", err)
	}
	if errors.Is(err, proof.ErrNoReceipt) {
		return r
	}
	e, prev, err := in.Line()
	if err != nil {
		r.add(BadLine, "the fact is %v", err)
		return r
	}
	r.Facts = 1
	if !(chain{}).add(e.Envelope, prev) {
		r.add(BadLink, "the fact's hash does not fit")
	}
	g := newGrove()
	r.plant(g, "receipt", 1, e, true)
	c, ok := r.signed([]byte(in.Note), trust.Keys)
	if !ok {
		return r
	}
	if c.Tenant != e.Tenant {
		r.add(BadScope, "the fact is of tenant %s, the checkpoint of tenant %s", e.Tenant, c.Tenant)
	}
	r.provenBy(c)
	if part := r.assemble(c, map[int64]merkle.Hash{e.Leaf: g.leaves[e.Leaf]}, in.Cover); part != nil && trust.Earlier != nil {
		r.continues(part, "the earlier checkpoint", trust.Earlier, trust.Keys)
	}
	return r
}
