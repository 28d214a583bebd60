package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"dcm.io/shared/proof"
)

// Trust is what a verifier believes apart from the bundle. All of it may be
// missing; what then cannot be found out, Verify says in its notes.
type Trust struct {
	SHA256  string          // of the whole archive, as the log has recorded it
	Keys    checkpoint.Keys // that checkpoints are believed by
	Earlier []byte          // a checkpoint of earlier, from the object store or another bundle
}

// slack is how long after another a fact can have been recorded that has a lower
// place: transactions that overlap, which last seconds at most.
const slack = time.Minute

// A grove is what a bundle shows of the tree.
type grove struct {
	leaves map[int64]merkle.Hash

	// Of the facts of the period: the least and the greatest place, -1 if there are
	// none, and the one that was read last.
	first, end int64
	last       eventlog.Placed
}

func newGrove() *grove {
	return &grove{leaves: map[int64]merkle.Hash{}, first: -1, end: -1}
}

// plant holds a fact against its leaf. The leaf counts as the bundle gives it: a
// fact that was changed is named, and the rest of the tree can still be proven.
func (r *Report) plant(g *grove, where string, line int64, e eventlog.Placed, inPeriod bool) {
	if e.Leaf < 0 {
		r.add(Inserted, "%s, line %d: fact %s (version %d of stream %s) is in no tree: it was put in afterwards", where, line, e.ID, e.Version, e.Stream)
		return
	}
	if _, twice := g.leaves[e.Leaf]; twice {
		r.add(BadOrder, "%s, line %d: place %d of the log is taken twice", where, line, e.Leaf)
		return
	}
	var stored merkle.Hash
	copy(stored[:], e.LeafHash)
	if merkle.LeafHash(eventlog.Leaf(e.Envelope)) != stored {
		r.add(Changed, "%s, line %d: fact %s (version %d of stream %s, place %d of the log) is not what was recorded: it was changed, or another was put in its place",
			where, line, e.ID, e.Version, e.Stream, e.Leaf)
	}
	g.leaves[e.Leaf] = stored
	if !inPeriod {
		return
	}
	if g.first < 0 || e.Leaf < g.first {
		g.first = e.Leaf
	}
	g.end = max(g.end, e.Leaf)
	if e.Leaf < g.last.Leaf && e.RecordedAt.Sub(g.last.RecordedAt).Abs() > slack {
		r.add(BadOrder, "%s, line %d: fact %s stands behind place %d of the log, and its own is %d", where, line, e.ID, g.last.Leaf, e.Leaf)
	}
	g.last = e
}

// neighbours reads the facts around and between those of the period.
func (r *Report) neighbours(from io.Reader, workers int, g *grove) error {
	n := int64(0)
	return parseAll(from, proof.Proven, workers, func(l parsed) {
		n++
		p := r.Manifest.Period
		switch {
		case l.err != nil:
			r.add(BadLine, "%s, line %d: %v", neighboursName, n, l.err)
		case l.Tenant != r.Manifest.Tenant:
			r.add(BadScope, "%s, line %d: of tenant %s", neighboursName, n, l.Tenant)
		case !l.RecordedAt.Before(p.From) && l.RecordedAt.Before(p.To):
			r.add(Missing, "%s, line %d: fact %s is of the period, and not in %s", neighboursName, n, l.ID, factsName)
		default:
			r.plant(g, neighboursName, n, l.Placed, false)
		}
	})
}

// prove checks that the facts are those of the signed tree.
func (r *Report) prove(g *grove, file []byte, trust Trust) {
	var p proof.Proof
	if err := json.Unmarshal(file, &p); err != nil {
		r.add(BadManifest, "%s cannot be read: %v", checkpointName, err)
		return
	}
	c, ok := r.signed([]byte(p.Note), trust.Keys)
	if !ok {
		return
	}
	if m := r.Manifest.Checkpoint; m == nil || m.Size != c.Size || m.Epoch != c.Epoch || !m.At.Equal(c.At) || c.Tenant != r.Manifest.Tenant {
		r.add(BadManifest, "it describes another checkpoint than %s has", checkpointName)
	}
	r.complete(g, c.Size)
	r.provenBy(c)
	part := r.assemble(c, g.leaves, p.Cover)
	if part == nil {
		return
	}
	if p.Previous != "" {
		r.continues(part, "the bundle before this one", []byte(p.Previous), trust.Keys)
	}
	if trust.Earlier != nil {
		r.continues(part, "the earlier checkpoint", trust.Earlier, trust.Keys)
	}
}

// provenBy takes the checkpoint, and says what it declares.
func (r *Report) provenBy(c checkpoint.Checkpoint) {
	r.Checkpoint = &c
	for _, l := range c.Lost {
		r.Notes = append(r.Notes, fmt.Sprintf("A restore has cost this log %d facts that were signed for before, its places %s: its operator has declared them lost.", l.To-l.From, l))
	}
}

// signed opens the checkpoint, and says so if nobody vouches for it.
func (r *Report) signed(signed []byte, keys checkpoint.Keys) (checkpoint.Checkpoint, bool) {
	if len(keys) == 0 {
		c, err := checkpoint.Peek(signed)
		if err != nil {
			r.add(BadSignature, "the checkpoint cannot be read: %v", err)
			return c, false
		}
		r.Notes = append(r.Notes, "No public key was given: the checkpoint's signature was not checked, so whoever made the bundle may have made up all of it.")
		return c, true
	}
	c, _, err := keys.Open(signed)
	if err != nil {
		r.add(BadSignature, "the checkpoint was not signed with the key that was given: %v", err)
		return c, false
	}
	r.Signed = true
	return c, true
}

// complete names the places of the period that nothing is shown of.
func (r *Report) complete(g *grove, size int64) {
	if g.first < 0 {
		return
	}
	next := max(g.first-1, 0)
	gap := func(until int64) {
		if next < until {
			r.add(Missing, "places %d to %d of the log: what was recorded there is gone", next, until-1)
		}
	}
	after := min(g.end+1, size-1) // the first one behind the period
	for _, n := range slices.Sorted(maps.Keys(g.leaves)) {
		if n >= next && n <= after {
			gap(n)
			next = n + 1
		}
	}
	gap(after + 1)
}

// assemble computes the root; nil if it is not the one that was signed.
func (r *Report) assemble(c checkpoint.Checkpoint, leaves map[int64]merkle.Hash, cover []merkle.Node) *merkle.Part {
	part, err := merkle.Assemble(c.Size, leaves, cover)
	switch {
	case err != nil:
		r.add(Rewritten, "the facts are not those of the signed checkpoint of %s: %v", c.At.Format(time.RFC3339), err)
		return nil
	case part.Root() != c.Root:
		r.add(Rewritten, "the facts are not those of the signed checkpoint of %s: the history was rewritten after it was signed", c.At.Format(time.RFC3339))
		return nil
	}
	return part
}

// asOf is when what is verified was made: all that was recorded before belongs to
// it. A receipt says no more than when its checkpoint was signed.
func (r *Report) asOf() time.Time {
	if r.Manifest.MadeAt.After(r.Checkpoint.At) {
		return r.Manifest.MadeAt
	}
	return r.Checkpoint.At
}

// continues checks that nothing before an earlier checkpoint is another.
func (r *Report) continues(part *merkle.Part, which string, signed []byte, keys checkpoint.Keys) {
	earlier, err := checkpoint.Peek(signed)
	if len(keys) > 0 {
		earlier, _, err = keys.Open(signed)
	}
	if err != nil {
		r.add(BadSignature, "%s: %v", which, err)
		return
	}
	if earlier.Tenant != r.Checkpoint.Tenant {
		r.add(BadScope, "%s is of tenant %s", which, earlier.Tenant)
		return
	}
	at := earlier.At.Format(time.RFC3339)
	if l, ok := r.Checkpoint.Loses(earlier); ok {
		r.add(Lost, "%s, of %s, knows %d facts, and the last %d of them are gone: a restore has not brought them back, and the operator has declared them lost (%s)",
			which, at, earlier.Size, earlier.Size-l.From, l)
		return
	}
	root, err := part.RootAt(earlier.Size)
	switch {
	case earlier.Size > part.Size() && earlier.At.After(r.asOf()):
		r.add(Incomparable, "%s, of %s, is later than what it is compared with, of %s: one that was made after it can be compared", which, at, r.asOf().Format(time.RFC3339))
	case earlier.Size > part.Size():
		r.add(Truncated, "%s, of %s, knows %d facts, and this log has only %d: its end was cut off", which, at, earlier.Size, part.Size())
	case errors.Is(err, merkle.ErrUnknown):
		r.add(Incomparable, "%s, of %s, ends after %d facts, and the bundle does not prove how it goes on from there", which, at, earlier.Size)
	case root != earlier.Root:
		r.add(Rewritten, "%s, of %s, has another history of the first %d facts: what was recorded before it was rewritten", which, at, earlier.Size)
	case earlier.Epoch < r.Checkpoint.Epoch:
		r.Notes = append(r.Notes, "Since "+which+" the database was restored or moved, which its operator has accepted.")
	}
}
