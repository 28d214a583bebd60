package merkle

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Cover names the subtrees that, with the leaves, are all of a tree of size: whoever
// has the hashes of both can compute its root, and the root of each of the cuts,
// sizes that it had before. That proves three things at once: that the leaves are
// in the tree at their places, that nothing else is between them, and that the
// tree has grown from the cuts by adding alone. leaves and cuts must rise.
func Cover(size int64, leaves, cuts []int64) []Place {
	var cover []Place
	var walk func(Place)
	walk = func(p Place) {
		at, _ := slices.BinarySearch(leaves, p.first())
		touched := at < len(leaves) && leaves[at] < p.end()
		cut, _ := slices.BinarySearch(cuts, p.first()+1)
		divided := cut < len(cuts) && cuts[cut] < p.end()
		switch {
		case !touched && !divided:
			cover = append(cover, p)
		case p.Level > 0:
			walk(p.left())
			walk(p.right())
		}
	}
	for _, p := range Peaks(size) {
		walk(p)
	}
	return cover
}

// A Part is what somebody knows of a tree who does not have all of its leaves.
// Beside the leaves it keeps no more than what covers the rest.
type Part struct {
	size   int64
	root   Hash
	leaves map[int64]Hash
	cover  map[Place]Hash
}

// ErrUnknown says that a part does not reach so far.
var ErrUnknown = errors.New("the part of the tree does not tell")

// Assemble computes the root of a tree of size from leaves, by their places, and
// what covers the rest. Every leaf must have its share in the root: one that does
// not is an error, and so is a place that nothing is known of. The part keeps
// leaves, which must stay as they are.
func Assemble(size int64, leaves map[int64]Hash, cover []Node) (*Part, error) {
	p := &Part{size: size, leaves: leaves, cover: make(map[Place]Hash, len(cover))}
	for _, n := range cover {
		p.cover[n.Place] = n.Hash
	}
	used := map[Place]Hash{}
	shares := 0
	root, err := p.rootAt(size, func(at Place, h Hash, leaf bool) {
		if leaf {
			shares++
		} else {
			used[at] = h
		}
	})
	if err != nil {
		return nil, err
	}
	if shares != len(leaves) {
		return nil, fmt.Errorf("%d of %d leaves have no share in the root", len(leaves)-shares, len(leaves))
	}
	p.root, p.cover = root, used // what has no share in the root vouches for nothing
	return p, nil
}

// rootAt computes the root of the first size leaves, and tells taken of
// everything that it is made of.
func (p *Part) rootAt(size int64, taken func(at Place, h Hash, leaf bool)) (Hash, error) {
	var peaks []Hash
	for _, at := range Peaks(size) {
		h, err := p.hash(at, taken)
		if err != nil {
			return Hash{}, err
		}
		peaks = append(peaks, h)
	}
	return Root(peaks), nil
}

func (p *Part) hash(at Place, taken func(at Place, h Hash, leaf bool)) (Hash, error) {
	if at.Level == 0 {
		if h, ok := p.leaves[at.N]; ok {
			taken(at, h, true)
			return h, nil
		}
	}
	if h, ok := p.cover[at]; ok {
		taken(at, h, false)
		return h, nil
	}
	if at.Level == 0 {
		return Hash{}, fmt.Errorf("leaf %d: %w", at.N, ErrUnknown)
	}
	left, err := p.hash(at.left(), taken)
	if err != nil {
		return Hash{}, err
	}
	right, err := p.hash(at.right(), taken)
	if err != nil {
		return Hash{}, err
	}
	return tlog.NodeHash(left, right), nil
}

// Size is how many leaves the whole tree has.
func (p *Part) Size() int64 { return p.size }

// Root is that of the whole tree.
func (p *Part) Root() Hash { return p.root }

// RootAt is the root that the tree had when it had size leaves; ErrUnknown if
// the part does not tell. It is made of nothing but what the whole tree's root
// was made of: if that is right, so is this.
func (p *Part) RootAt(size int64) (Hash, error) {
	if size > p.size {
		return Hash{}, ErrUnknown
	}
	return p.rootAt(size, func(Place, Hash, bool) {})
}
