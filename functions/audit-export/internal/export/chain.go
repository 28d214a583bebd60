package export

import (
	"bytes"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// What can be wrong with the link between a fact and its predecessor.
const (
	// brokenSequence: a version is left out, or comes twice.
	brokenSequence = "sequence"
	// brokenHash: the fact, or what it is tied to, is not what it was when it was
	// recorded.
	brokenHash = "hash"
	// brokenPredecessor: the log has no predecessor to tie the fact to.
	brokenPredecessor = "predecessor_missing"
)

// A chain remembers where each stream ends. It grows with the streams, 56 bytes
// each, not with the facts.
type chain map[uuid.UUID]link

type link struct {
	version int64
	hash    [32]byte
}

// follows reports whether e is the next fact of a stream that the chain has
// seen; prev is the hash it must be tied to. It is nil for a stream's first fact.
func (c chain) follows(e event.Envelope) (prev []byte, ok bool) {
	last, seen := c[e.Stream]
	switch {
	case seen && e.Version == last.version+1:
		return last.hash[:], true
	case !seen && e.Version == 1:
		return nil, true
	}
	return nil, false
}

// skips reports whether e comes out of turn: not the next of its stream, though
// the stream has been seen.
func (c chain) skips(e event.Envelope) bool {
	last, seen := c[e.Stream]
	return seen && e.Version != last.version+1
}

// add makes e the end of its stream and reports whether it is tied to prev.
func (c chain) add(e event.Envelope, prev []byte) bool {
	end := link{version: e.Version}
	copy(end.hash[:], e.Hash)
	c[e.Stream] = end
	return bytes.Equal(e.Hash, eventlog.Link(prev, e))
}
