package export

import (
	"bytes"
	"encoding/json"
	"fmt"

	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
)

// receiptName is the format of a receipt.
const receiptName = "dcm-receipt"

// A receipt proves one fact.
type receipt struct {
	Format        string          `json:"format"`
	FormatVersion int             `json:"format_version"`
	Fact          json.RawMessage `json:"fact"` // as a line of facts.ndjson
	proof
}

// Receipt makes the receipt of a fact that is in the tree: all that somebody
// needs to know, with a public key alone, that it was recorded as it is. prev is
// the hash of its predecessor in the stream.
func Receipt(e eventlog.Placed, prev []byte, t *Tree) ([]byte, error) {
	p, err := t.prove([]int64{e.Leaf})
	if err != nil {
		return nil, err
	}
	return receipt{receiptName, formatProven, bytes.TrimSuffix(appendLine(nil, formatProven, e, prev), []byte("\n")), p}.encode()
}

func (r receipt) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the line's bytes are what they are
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("encode receipt: %w", err)
	}
	return b.Bytes(), nil
}

// VerifyReceipt checks a receipt. Only Keys and Earlier of trust are of use.
func VerifyReceipt(b []byte, trust Trust) Report {
	var (
		r    Report
		in   receipt
		line = parser{format: formatProven}
	)
	if err := json.Unmarshal(b, &in); err != nil || in.Format != receiptName || in.FormatVersion != formatProven {
		r.add(BadManifest, "it is no receipt of a format that is known")
		return r
	}
	if again, err := in.encode(); err != nil || !bytes.Equal(again, b) {
		r.add(BadManifest, "the receipt is not as this format writes it")
	}
	e, prev, err := line.parse(append(bytes.Clone(in.Fact), '\n'))
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
	r.Checkpoint = &c
	if part := r.assemble(c, map[int64]merkle.Hash{e.Leaf: g.leaves[e.Leaf]}, in.Cover); part != nil && trust.Earlier != nil {
		r.continues(part, "the earlier checkpoint", trust.Earlier, trust.Keys)
	}
	return r
}
