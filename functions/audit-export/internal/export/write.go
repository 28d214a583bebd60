package export

import (
	"fmt"
	"io"
	"iter"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/proof"
	"github.com/google/uuid"
)

// Names of the files, in the order in which they are written.
const (
	readmeName     = "README.txt"
	verifyName     = "verify.py"
	factsName      = "facts.ndjson"
	neighboursName = "neighbours.ndjson" // from format 2 on
	checkpointName = "checkpoint.json"   // from format 2 on
	manifestName   = "manifest.json"
	sumsName       = "SHA256SUMS"
)

// A Predecessor tells the hash of one fact of a stream; nil if there is no such
// fact. It is asked for streams that begin before the period.
type Predecessor func(stream uuid.UUID, version int64) ([]byte, error)

// Write writes the bundle of facts to w, one fact at a time, and says what it
// has written. It checks each fact's link; what is broken goes into the bundle as
// it is, and into the manifest. It fails only if facts, before, what t asks for or
// w do. Without a tree the bundle has format 1 and proves no more than its links.
func Write(w io.Writer, h Header, facts iter.Seq2[eventlog.Placed, error], before Predecessor, t *Tree) (Object, error) {
	a := newArchive(w, h.MadeAt)
	m := newManifest(h)
	if t != nil {
		m.FormatVersion = proof.Proven
		m.Checkpoint = &Checkpoint{Key: t.Key, Size: t.Checkpoint.Size, At: micros(t.Checkpoint.At), Epoch: t.Checkpoint.Epoch}
	}
	var leaves []int64
	if err := a.whole(readmeName, readme); err != nil {
		return Object{}, err
	}
	if err := a.whole(verifyName, verifier); err != nil {
		return Object{}, err
	}
	if err := a.file(factsName, func(w io.Writer) error { return writeFacts(w, &m, facts, before, &leaves) }); err != nil {
		return Object{}, err
	}
	if t != nil {
		if err := t.write(a, leaves); err != nil {
			return Object{}, err
		}
	}
	m.Files = a.files
	manifest, err := m.encode()
	if err != nil {
		return Object{}, err
	}
	if err := a.whole(manifestName, manifest); err != nil {
		return Object{}, err
	}
	if err := a.whole(sumsName, sums(a.files)); err != nil {
		return Object{}, err
	}
	sum, size, err := a.close()
	if err != nil {
		return Object{}, err
	}
	return Object{Key: Key(h.Tenant, h.Bundle), SHA256: sum, Bytes: size, Facts: m.Facts}, nil
}

// writeFacts writes the lines and notes the facts' places in the tree.
func writeFacts(w io.Writer, m *Manifest, facts iter.Seq2[eventlog.Placed, error], before Predecessor, leaves *[]int64) error {
	c := chain{}
	var line []byte
	for e, err := range facts {
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		prev, problem, err := c.tie(e.Envelope, before)
		if err != nil {
			return fmt.Errorf("read the predecessor of fact %s: %w", e.ID, err)
		}
		if _, seen := c[e.Stream]; !seen && e.Version > 1 {
			m.Continued++
		}
		if !c.add(e.Envelope, prev) && problem == "" {
			problem = brokenHash
		}
		m.count(e.Envelope, problem)
		line = proof.AppendLine(line[:0], m.FormatVersion, e, prev)
		if _, err := w.Write(line); err != nil {
			return err
		}
		if e.Leaf >= 0 {
			*leaves = append(*leaves, e.Leaf)
		}
	}
	m.Streams = int64(len(c))
	return nil
}

// tie finds the hash that e must be tied to, in the chain or in the log.
func (c chain) tie(e event.Envelope, before Predecessor) (prev []byte, problem string, err error) {
	prev, ok := c.follows(e)
	if ok {
		return prev, "", nil
	}
	if e.Version > 1 {
		if prev, err = before(e.Stream, e.Version-1); err != nil {
			return nil, "", err
		}
	}
	switch {
	case c.skips(e):
		return prev, brokenSequence, nil
	case prev == nil:
		return nil, brokenPredecessor, nil
	}
	return prev, "", nil
}
