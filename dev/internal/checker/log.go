package checker

import (
	"bytes"
	"fmt"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

// Streams is U3: each stream counts from one, and each fact is linked to the one
// before it by its very bytes.
func Streams(w World) []Violation {
	f := found{check: U3}
	var before Fact
	for _, e := range w.Facts {
		if e.Tenant != before.Tenant || e.Stream != before.Stream {
			before = Fact{Tenant: e.Tenant, Stream: e.Stream}
		}
		if e.Version != before.Version+1 {
			f.add("stream %s: version %d follows %d", e.Stream, e.Version, before.Version)
		}
		if !bytes.Equal(eventlog.Link(before.Hash, e.envelope()), e.Hash) {
			f.add("stream %s: fact %d is not linked to the one before", e.Stream, e.Version)
		}
		before = e
	}
	return f.all
}

// Trees is U6 as far as the database goes: each fact has one place in its
// tenant's tree, the places have no gap, each leaf is the hash of its fact, and
// each checkpoint is the root that these leaves have at its size.
func Trees(w World) []Violation {
	f := found{check: U6}
	type place struct {
		tenant, stream uuid.UUID
		version        int64
	}
	facts := map[place]Fact{}
	for _, e := range w.Facts {
		facts[place{e.Tenant, e.Stream, e.Version}] = e
	}
	leaves := map[uuid.UUID][]merkle.Hash{}
	placed := map[place]int{}
	for _, l := range w.Leaves {
		if l.N != int64(len(leaves[l.Tenant])) {
			f.add("tenant %s: place %d follows %d places", l.Tenant, l.N, len(leaves[l.Tenant]))
		}
		p := place{l.Tenant, l.Stream, l.Version}
		placed[p]++
		e, ok := facts[p]
		if !ok {
			f.add("tenant %s: place %d is of a fact that is gone", l.Tenant, l.N)
			continue
		}
		hash := merkle.LeafHash(eventlog.Leaf(e.envelope()))
		if !bytes.Equal(hash[:], l.Hash) {
			f.add("tenant %s: place %d is not of what the log has", l.Tenant, l.N)
		}
		leaves[l.Tenant] = append(leaves[l.Tenant], hash)
	}
	for p := range facts {
		if placed[p] != 1 {
			f.add("fact %s/%d of tenant %s has %d places in the tree", p.stream, p.version, p.tenant, placed[p])
		}
	}
	for _, c := range w.Checkpoints {
		if err := fits(c, leaves[c.Tenant]); err != nil {
			f.add("tenant %s: checkpoint of %d facts: %v", c.Tenant, c.Size, err)
		}
	}
	return f.all
}

func fits(c Checkpoint, leaves []merkle.Hash) error {
	said, err := checkpoint.Peek([]byte(c.Note))
	switch {
	case err != nil:
		return err
	case said.Tenant != c.Tenant || said.Size != c.Size:
		return fmt.Errorf("its note is of %d facts of tenant %s", said.Size, said.Tenant)
	case c.Size > int64(len(leaves)):
		return fmt.Errorf("the tree has only %d", len(leaves))
	}
	if _, peaks := merkle.Grow(0, nil, leaves[:c.Size]); merkle.Root(peaks) != said.Root {
		return fmt.Errorf("the first facts are not those that were signed for")
	}
	return nil
}

// Bundles is the rest of U6: what the offline verifier said of each bundle.
func Bundles(problems map[string]error) []Violation {
	f := found{check: U6}
	for name, err := range problems {
		if err != nil {
			f.add("bundle %s: %v", name, err)
		}
	}
	return f.all
}
