package export

import (
	"bytes"
	"io"

	"dcm.io/shared/event"
	"dcm.io/shared/proof"
)

// facts checks every line, and counts into found as the writer counted.
func (r *Report) facts(from io.Reader, workers int, found *Manifest, g *grove) error {
	c := chain{}
	n := int64(0)
	err := parseAll(from, found.FormatVersion, workers, func(l parsed) {
		n++
		if l.err != nil {
			r.add(BadLine, "line %d: %v", n, l.err)
			return
		}
		r.scope(n, l.Envelope)
		problem := c.untied(l.Envelope, l.prev)
		if _, seen := c[l.Stream]; !seen && l.Version > 1 {
			found.Continued++
		}
		if !c.add(l.Envelope, l.prev) && problem == "" {
			problem = brokenHash
		}
		found.count(l.Envelope, problem)
		if found.FormatVersion == proof.Proven {
			r.plant(g, factsName, n, l.Placed, true)
		}
	})
	found.Streams = int64(len(c))
	return err
}

// scope checks that a fact is of the tenant and the period.
func (r *Report) scope(line int64, e event.Envelope) {
	if e.Tenant != r.Manifest.Tenant {
		r.add(BadScope, "line %d: of tenant %s", line, e.Tenant)
	}
	if p := r.Manifest.Period; e.RecordedAt.Before(p.From) || !e.RecordedAt.Before(p.To) {
		r.add(BadScope, "line %d: recorded at %s", line, e.RecordedAt)
	}
}

// untied says why e cannot be the next fact of its stream if it is tied to prev;
// empty if it can.
func (c chain) untied(e event.Envelope, prev []byte) string {
	want, next := c.follows(e)
	switch {
	case next && !bytes.Equal(want, prev):
		return brokenHash
	case next:
		return ""
	case c.skips(e):
		return brokenSequence
	case len(prev) == 0:
		return brokenPredecessor
	}
	return ""
}
