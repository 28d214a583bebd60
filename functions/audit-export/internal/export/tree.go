package export

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/proof"
)

// A Tree is what ties facts to a signed checkpoint. Its functions are asked once
// the facts are written.
type Tree struct {
	Checkpoint checkpoint.Checkpoint
	Note       []byte  // the checkpoint, signed
	Key        string  // that has signed it
	Previous   []byte  // the note in the bundle before this one; nil if there is none
	Cuts       []int64 // sizes of earlier checkpoints, rising, that the bundle shall continue

	// Facts returns the facts at these leaves. One that the log has lost is left out.
	Facts func(leaves []int64) ([]eventlog.Placed, error)
	// Hashes returns those of subtrees.
	Hashes proof.Hashes
}

// write adds the files that prove where the facts at leaves stand.
func (t *Tree) write(a *archive, leaves []int64) error {
	slices.Sort(leaves)
	end, _ := slices.BinarySearch(leaves, t.Checkpoint.Size) // a place beyond it is nothing that it proves
	leaves = leaves[:end]
	var beside []int64
	err := a.file(neighboursName, func(w io.Writer) (err error) {
		beside, err = t.writeNeighbours(w, neighbours(leaves, t.Checkpoint.Size))
		return err
	})
	if err != nil {
		return err
	}
	leaves = append(leaves, beside...)
	slices.Sort(leaves)
	p, err := proof.Of(t.Checkpoint, t.Note, leaves, t.Cuts, t.Hashes)
	if err != nil {
		return err
	}
	p.Previous = string(t.Previous)
	b, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", checkpointName, err)
	}
	return a.whole(checkpointName, append(b, '\n'))
}

// neighbours are the leaves that must be seen to know that none of the period is
// missing: those between the period's first and last, and one on either side.
func neighbours(leaves []int64, size int64) []int64 {
	if len(leaves) == 0 {
		return nil
	}
	var between []int64
	next := max(leaves[0]-1, 0)
	for _, n := range append(leaves[:len(leaves):len(leaves)], min(leaves[len(leaves)-1]+2, size)) {
		for ; next < n; next++ {
			between = append(between, next)
		}
		next = n + 1
	}
	return between
}

// pageOfLeaves bounds how many facts are asked for at once.
const pageOfLeaves = 1000

// writeNeighbours writes the facts at leaves as lines, and returns where those are
// that the log still has.
func (t *Tree) writeNeighbours(w io.Writer, leaves []int64) (found []int64, err error) {
	var line []byte
	for page := range slices.Chunk(leaves, pageOfLeaves) {
		facts, err := t.Facts(page)
		if err != nil {
			return nil, fmt.Errorf("read the neighbours: %w", err)
		}
		for _, f := range facts {
			line = proof.AppendLine(line[:0], proof.Proven, f, nil)
			if _, err := w.Write(line); err != nil {
				return nil, err
			}
			found = append(found, f.Leaf)
		}
	}
	return found, nil
}
