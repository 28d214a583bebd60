// Package proof writes what proves facts by a signed checkpoint, and reads it
// back: a fact as a line, what ties facts to the tenant's tree, and the receipt of
// one fact. Audit bundles are made of the same lines and ties. Whoever has a
// public key checks them with dcm-verify, or the portal does it in the browser.
package proof

import (
	"fmt"
	"slices"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/merkle"
)

// Formats of lines, bundles and receipts; a reader refuses what it does not know.
const (
	Linked = 1 // facts are linked within their streams
	Proven = 2 // and proven to be in the tree that a signed checkpoint names
)

// A Proof ties facts to a checkpoint: with the facts' leaves, the root can be
// computed again.
type Proof struct {
	Note     string        `json:"note"`               // the checkpoint, signed
	Previous string        `json:"previous,omitempty"` // one that it must continue, signed
	Cover    []merkle.Node `json:"cover"`              // what the root is made of beside the leaves
}

// Hashes returns those of subtrees of the tenant's tree, in this order.
type Hashes func([]merkle.Place) ([]merkle.Hash, error)

// pageOfHashes bounds how many are asked for at once.
const pageOfHashes = 1000

// Of makes the proof that facts stand at leaves, which must rise, in the tree of
// the checkpoint that note is of. It also proves that the tree has grown from
// those of the sizes cuts, rising too, by adding alone.
func Of(c checkpoint.Checkpoint, note []byte, leaves, cuts []int64, ask Hashes) (Proof, error) {
	p := Proof{Note: string(note), Cover: []merkle.Node{}}
	for page := range slices.Chunk(merkle.Cover(c.Size, leaves, cuts), pageOfHashes) {
		hashes, err := ask(page)
		if err != nil {
			return Proof{}, fmt.Errorf("read the tree: %w", err)
		}
		for i, h := range hashes {
			p.Cover = append(p.Cover, merkle.Node{Place: page[i], Hash: h})
		}
	}
	return p, nil
}
