// Package merkle is the shape of a tenant's history tree (RFC 6962, as in
// Certificate Transparency and Go's checksum database): how it grows, what a
// part of it needs so that the root can be computed again, and whether two sizes
// of it are of one history. It is the one door to the library's hashing and
// numbering, and holds no data itself.
package merkle

import (
	"golang.org/x/mod/sumdb/tlog"
)

// A Hash is SHA-256, of a leaf or of two hashes.
type Hash = tlog.Hash

// LeafHash is the hash of a leaf that holds data.
func LeafHash(data []byte) Hash { return tlog.RecordHash(data) }

// A Place is that of a full subtree: level 0 are the leaves, and the place N of
// level L is above the places 2N and 2N+1 of level L-1.
type Place struct {
	Level int   `json:"level"`
	N     int64 `json:"n"`
}

// first and end are the leaves below p, the end exclusive.
func (p Place) first() int64 { return p.N << p.Level }
func (p Place) end() int64   { return (p.N + 1) << p.Level }

func (p Place) left() Place  { return Place{p.Level - 1, 2 * p.N} }
func (p Place) right() Place { return Place{p.Level - 1, 2*p.N + 1} }

// A Node is a full subtree and its hash.
type Node struct {
	Place
	Hash Hash `json:"hash"`
}

// Peaks are the full subtrees that a tree of size leaves consists of, from left
// to right: one for each bit of size. The root is made of them alone, and so is
// everything that is added.
func Peaks(size int64) []Place {
	var peaks []Place
	for level := 62; level >= 0; level-- {
		if size>>level&1 == 1 {
			peaks = append(peaks, Place{level, size>>level - 1})
		}
	}
	return peaks
}

// Root of a tree with these peaks; that of an empty tree is the hash of nothing.
func Root(peaks []Hash) Hash {
	if len(peaks) == 0 {
		empty, _ := tlog.TreeHash(0, nil) // it reads nothing
		return empty
	}
	root := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(peaks[i], root)
	}
	return root
}

// Grow adds leaves to a tree of size leaves with these peaks. It returns the full
// subtrees that this completes, without the leaves themselves, and the peaks of
// the grown tree.
func Grow(size int64, peaks, leaves []Hash) (complete []Node, grown []Hash) {
	grown = append(grown, peaks...)
	for i, hash := range leaves {
		p := Place{0, size + int64(i)}
		grown = append(grown, hash)
		for ; p.N&1 == 1; p = (Place{p.Level + 1, p.N >> 1}) {
			last := len(grown) - 1
			grown[last-1] = tlog.NodeHash(grown[last-1], grown[last])
			grown = grown[:last]
			complete = append(complete, Node{Place{p.Level + 1, p.N >> 1}, grown[last-1]})
		}
	}
	return complete, grown
}
