package merkle_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"dcm.io/shared/merkle"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// A tree remembers everything, for tests.
type tree struct {
	leaves []merkle.Hash
	nodes  map[merkle.Place]merkle.Hash
	roots  []merkle.Hash // by size
}

// grown makes a tree of n leaves in steps of so many.
func grown(n, step int) *tree {
	t := &tree{nodes: map[merkle.Place]merkle.Hash{}, roots: []merkle.Hash{merkle.Root(nil)}}
	var peaks []merkle.Hash
	for len(t.leaves) < n {
		size := len(t.leaves)
		var more []merkle.Hash
		for i := size; i < min(size+step, n); i++ {
			more = append(more, merkle.LeafHash(fmt.Append(nil, i)))
			t.nodes[merkle.Place{Level: 0, N: int64(i)}] = more[len(more)-1]
		}
		for i := range more { // the root at every size in between
			_, at := merkle.Grow(int64(size), peaks, more[:i+1])
			t.roots = append(t.roots, merkle.Root(at))
		}
		complete, after := merkle.Grow(int64(size), peaks, more)
		for _, c := range complete {
			t.nodes[c.Place] = c.Hash
		}
		t.leaves, peaks = append(t.leaves, more...), after
	}
	return t
}

func (t *tree) cover(places []merkle.Place) []merkle.Node {
	var nodes []merkle.Node
	for _, p := range places {
		nodes = append(nodes, merkle.Node{Place: p, Hash: t.nodes[p]})
	}
	return nodes
}

// TestAsTheLibrary: roots and stored hashes are those of the reference.
func TestAsTheLibrary(t *testing.T) {
	t.Parallel()
	const n = 137
	mine := grown(n, 10)
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, _ error) {
		for _, i := range at {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for i := range int64(n) {
		more, err := tlog.StoredHashesForRecordHash(i, mine.leaves[i], reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		root, err := tlog.TreeHash(i+1, reader)
		if err != nil || root != mine.roots[i+1] {
			t.Fatalf("root at %d is %v, want %v, %v", i+1, mine.roots[i+1], root, err)
		}
	}
	for p, h := range mine.nodes {
		if stored[tlog.StoredHashIndex(p.Level, p.N)] != h {
			t.Errorf("another hash at %v", p)
		}
	}
}

// TestPart: any leaves of any tree give its root, and the roots of the cuts.
func TestPart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "size")
		whole := grown(n, rapid.IntRange(1, 40).Draw(t, "step"))
		some := rapid.SliceOfDistinct(rapid.Int64Range(0, int64(n)-1), rapid.ID).Draw(t, "leaves")
		cuts := rapid.SliceOfDistinct(rapid.Int64Range(0, int64(n)), rapid.ID).Draw(t, "cuts")
		slices.Sort(some)
		slices.Sort(cuts)
		leaves := map[int64]merkle.Hash{}
		for _, i := range some {
			leaves[i] = whole.leaves[i]
		}
		cover := whole.cover(merkle.Cover(int64(n), some, cuts))
		part, err := merkle.Assemble(int64(n), leaves, cover)
		if err != nil || part.Root() != whole.roots[n] {
			t.Fatalf("root %v, want %v, %v", part.Root(), whole.roots[n], err)
		}
		for _, c := range cuts {
			if root, err := part.RootAt(c); err != nil || root != whole.roots[c] {
				t.Fatalf("root at %d is %v, want %v, %v", c, root, whole.roots[c], err)
			}
		}
		tamper(t, int64(n), leaves, cover, whole.roots[n])
	})
}

// tamper changes, removes, adds or swaps one thing; the root never survives it.
func tamper(t *rapid.T, n int64, leaves map[int64]merkle.Hash, cover []merkle.Node, root merkle.Hash) {
	leaves, cover = maps.Clone(leaves), slices.Clone(cover)
	at := slices.Sorted(maps.Keys(leaves))
	switch how := rapid.IntRange(0, 4).Draw(t, "how"); {
	case how == 0 && len(cover) > 0:
		i := rapid.IntRange(0, len(cover)-1).Draw(t, "node")
		cover[i].Hash[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
	case how == 1 && len(cover) > 0:
		cover = slices.Delete(cover, 0, 1)
	case how == 2 && len(at) > 0:
		delete(leaves, rapid.SampledFrom(at).Draw(t, "leaf"))
	case how == 3 && len(at) > 1:
		leaves[at[0]], leaves[at[1]] = leaves[at[1]], leaves[at[0]]
	default:
		leaves[n] = merkle.LeafHash([]byte("one more"))
	}
	if part, err := merkle.Assemble(n, leaves, cover); err == nil && part.Root() == root {
		t.Fatal("not found")
	}
}

// TestForkIsNoGrowth: a cover that contradicts its leaves cannot vouch for an
// earlier root.
func TestForkIsNoGrowth(t *testing.T) {
	t.Parallel()
	whole := grown(8, 8)
	cover := append(whole.cover(merkle.Cover(8, nil, nil)), merkle.Node{Place: merkle.Place{Level: 1, N: 0}, Hash: merkle.LeafHash([]byte("forged"))})
	part, err := merkle.Assemble(8, nil, cover)
	if err != nil || part.Root() != whole.roots[8] {
		t.Fatal(err)
	}
	if _, err := part.RootAt(2); !errors.Is(err, merkle.ErrUnknown) {
		t.Errorf("the root at 2 was taken from what the root at 8 is not made of: %v", err)
	}
	if _, err := part.RootAt(9); !errors.Is(err, merkle.ErrUnknown) {
		t.Errorf("a root of more than there is: %v", err)
	}
}
