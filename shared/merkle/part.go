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
type Part struct {
	size  int64
	root  Hash
	known map[Place]Hash // everything that the root was made of
}

// ErrUnknown says that a part does not reach so far.
var ErrUnknown = errors.New("the part of the tree does not tell")

// Assemble computes the root of a tree of size from leaves, by their places, and
// what covers the rest. Every leaf must have its share in the root: one that does
// not is an error, and so is a place that nothing is known of.
func Assemble(size int64, leaves map[int64]Hash, cover []Node) (*Part, error) {
	given := make(map[Place]Hash, len(cover))
	for _, n := range cover {
		given[n.Place] = n.Hash
	}
	p := &Part{size: size, known: make(map[Place]Hash, 2*len(leaves)+len(cover))}
	used := 0
	var hash func(Place) (Hash, error)
	hash = func(at Place) (h Hash, err error) {
		if at.Level == 0 {
			if h, ok := leaves[at.N]; ok {
				used++
				p.known[at] = h
				return h, nil
			}
		}
		h, ok := given[at]
		switch {
		case ok:
		case at.Level == 0:
			return h, fmt.Errorf("leaf %d: %w", at.N, ErrUnknown)
		default:
			left, err := hash(at.left())
			if err != nil {
				return h, err
			}
			right, err := hash(at.right())
			if err != nil {
				return h, err
			}
			h = tlog.NodeHash(left, right)
		}
		p.known[at] = h
		return h, nil
	}
	var peaks []Hash
	for _, at := range Peaks(size) {
		h, err := hash(at)
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, h)
	}
	if used != len(leaves) {
		return nil, fmt.Errorf("%d of %d leaves have no share in the root", len(leaves)-used, len(leaves))
	}
	p.root = Root(peaks)
	return p, nil
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
	var peaks []Hash
	for _, at := range Peaks(size) {
		h, ok := p.known[at]
		if !ok {
			return Hash{}, ErrUnknown
		}
		peaks = append(peaks, h)
	}
	return Root(peaks), nil
}
