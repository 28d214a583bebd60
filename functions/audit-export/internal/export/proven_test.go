package export_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

// A history is a log with its tree, and whoever may sign for it.
type history struct {
	facts  []eventlog.Placed
	nodes  map[merkle.Place]merkle.Hash
	peaks  []merkle.Hash
	signer *checkpoint.Signer
}

func newHistory(tb testing.TB, facts []event.Envelope) *history {
	tb.Helper()
	signer := checkpointtest.Signer(tb)
	h := &history{nodes: map[merkle.Place]merkle.Hash{}, signer: signer}
	h.add(facts...)
	return h
}

// add sequences facts.
func (h *history) add(facts ...event.Envelope) {
	size := int64(len(h.facts))
	var leaves []merkle.Hash
	for i, e := range facts {
		leaf := merkle.LeafHash(eventlog.Leaf(e))
		n := size + int64(i)
		h.nodes[merkle.Place{N: n}] = leaf
		h.facts = append(h.facts, eventlog.Placed{Envelope: e, Leaf: n, LeafHash: leaf[:]})
		leaves = append(leaves, leaf)
	}
	complete, peaks := merkle.Grow(size, h.peaks, leaves)
	for _, c := range complete {
		h.nodes[c.Place] = c.Hash
	}
	h.peaks = peaks
}

// plain are the facts without their places.
func (h *history) plain() []event.Envelope {
	out := make([]event.Envelope, len(h.facts))
	for i, p := range h.facts {
		out[i] = p.Envelope
	}
	return out
}

func (h *history) keys() checkpoint.Keys { return checkpoint.Keys{h.signer.Key()} }

func (h *history) sign(tb testing.TB) []byte {
	tb.Helper()
	note, err := h.signer.Sign(h.checkpoint())
	if err != nil {
		tb.Fatal(err)
	}
	return note
}

func (h *history) checkpoint() checkpoint.Checkpoint {
	return checkpoint.Checkpoint{Tenant: tenant, Size: int64(len(h.facts)), Root: merkle.Root(h.peaks), At: end, Epoch: 1}
}

// tree is what a bundle is made with; the note is of that moment.
func (h *history) tree(tb testing.TB) *export.Tree {
	tb.Helper()
	note := h.sign(tb)
	c, id, err := h.keys().Open(note)
	if err != nil {
		tb.Fatal(err)
	}
	return &export.Tree{
		Checkpoint: c, Note: note, Key: id,
		Facts: func(leaves []int64) (out []eventlog.Placed, _ error) {
			for _, p := range h.facts {
				if slices.Contains(leaves, p.Leaf) {
					out = append(out, p)
				}
			}
			return out, nil
		},
		Hashes: func(places []merkle.Place) (out []merkle.Hash, _ error) {
			for _, p := range places {
				out = append(out, h.nodes[p])
			}
			return out, nil
		},
	}
}

// proven makes the bundle of a period of the log.
func proven(tb testing.TB, h export.Header, facts []eventlog.Placed, tree *export.Tree) []byte {
	tb.Helper()
	var b bytes.Buffer
	_, err := export.Write(&b, h, func(yield func(eventlog.Placed, error) bool) {
		for _, p := range facts {
			if !p.RecordedAt.Before(h.From) && p.RecordedAt.Before(h.To) && !yield(p, nil) {
				return
			}
		}
	}, func(stream uuid.UUID, version int64) ([]byte, error) {
		for _, p := range facts {
			if p.Stream == stream && p.Version == version {
				return p.Hash, nil
			}
		}
		return nil, nil
	}, tree)
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func check(tb testing.TB, archive []byte, trust export.Trust) export.Report {
	tb.Helper()
	r, err := export.Verify(bytes.NewReader(archive), int64(len(archive)), trust, runtime.GOMAXPROCS(0))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// period is a part of the log in the middle.
func period(from, to int) export.Header {
	h := header
	h.From, h.To = begin.Add(time.Duration(from)*time.Second), begin.Add(time.Duration(to)*time.Second)
	return h
}

// TestProven: a bundle of any period is proven by the log's checkpoint.
func TestProven(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 150))
	for name, p := range map[string]export.Header{
		"All": header, "Middle": period(40, 90), "First": period(0, 1), "Last": period(149, 200), "None": period(300, 400),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := check(t, proven(t, p, h.facts, h.tree(t)), export.Trust{Keys: h.keys()})
			if !r.Intact() || !r.Signed || r.Checkpoint.Size != 150 || r.Manifest.Checkpoint.Size != 150 {
				t.Errorf("%+v", r)
			}
			if r := check(t, proven(t, p, h.facts, h.tree(t)), export.Trust{}); !r.Intact() || r.Signed || len(r.Notes) != 1 {
				t.Errorf("without a key it cannot be said who made it: %+v", r)
			}
		})
	}
}

// TestOverlapping: facts whose transactions overlapped have places in another
// order, and some of theirs are not of the period.
func TestOverlapping(t *testing.T) {
	t.Parallel()
	all := facts(t, 60)
	all[20], all[21] = all[21], all[20] // of different streams
	h := newHistory(t, all)
	inLine := slices.Clone(h.facts)
	inLine[20], inLine[21] = inLine[21], inLine[20]
	for _, p := range []export.Header{header, period(20, 21), period(21, 40), period(10, 21)} {
		if r := check(t, proven(t, p, inLine, h.tree(t)), export.Trust{Keys: h.keys()}); !r.Intact() {
			t.Errorf("%v to %v: %v", p.From, p.To, r.Problems)
		}
	}
}

// TestContinues: of two bundles the later proves that it goes on from the earlier.
func TestContinues(t *testing.T) {
	t.Parallel()
	all := facts(t, 100)
	h := newHistory(t, all[:60])
	earlier := h.sign(t)
	h.add(all[60:]...)
	tree := h.tree(t)
	tree.Previous, tree.Cuts = earlier, []int64{60}
	if r := check(t, proven(t, period(80, 90), h.facts, tree), export.Trust{Keys: h.keys(), Earlier: earlier}); !r.Intact() {
		t.Errorf("%v", r.Problems)
	}
	tree.Cuts = nil
	tree.Previous = nil
	r := check(t, proven(t, period(80, 90), h.facts, tree), export.Trust{Keys: h.keys(), Earlier: earlier})
	if len(r.Problems) != 1 || r.Problems[0].Code != export.Incomparable {
		t.Errorf("a bundle that does not tell must not pass: %v", r.Problems)
	}
}

// TestRotation: a bundle holds checkpoints of before and after the key was
// changed. Both are believed by whoever has both keys, and the old one by the old
// key alone.
func TestRotation(t *testing.T) {
	t.Parallel()
	all := facts(t, 40)
	h := newHistory(t, all[:30])
	old, before := h.keys(), h.sign(t)
	h.signer = newHistory(t, nil).signer
	h.add(all[30:]...)
	tree := h.tree(t)
	tree.Previous, tree.Cuts = before, []int64{30}
	archive := proven(t, header, h.facts, tree)
	for name, test := range map[string]struct {
		reason string
		keys   checkpoint.Keys
		intact bool
	}{
		"Both":    {"the rotation is known", append(h.keys(), old...), true},
		"NewOnly": {"who signed the checkpoint before is not known", h.keys(), false},
		"OldOnly": {"who signed this one is not known", old, false},
	} {
		r := check(t, archive, export.Trust{Keys: test.keys})
		if r.Intact() != test.intact || !test.intact && r.Problems[0].Code != export.BadSignature {
			t.Errorf("%s: %v, though %s", name, r.Problems, test.reason)
		}
	}
}

// A vandal changes the log and makes a bundle of it in which everything fits
// everything, links and checksums included. They have no key.
type vandal struct {
	name string
	do   func(*rand.Rand, []event.Envelope) []event.Envelope
}

var vandals = []vandal{
	{"Byte", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		i := r.IntN(len(f))
		column(r, &f[i])
		return relink(f)
	}},
	{"Delete", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		i := r.IntN(len(f))
		return relink(slices.Delete(f, i, i+1))
	}},
	{"DeleteStream", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		s := f[r.IntN(len(f))].Stream
		return slices.DeleteFunc(f, func(e event.Envelope) bool { return e.Stream == s })
	}},
	{"Insert", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		e := f[r.IntN(len(f))]
		e.ID = event.DeriveID(tenant, "forged")
		e.Stream, e.Version = e.ID, 1
		return relink(slices.Insert(f, r.IntN(len(f)+1), e))
	}},
	{"Swap", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		i := r.IntN(len(f))
		j := (i + 1 + r.IntN(len(f)-1)) % len(f)
		f[i].Data, f[j].Data = f[j].Data, f[i].Data
		f[i].Type, f[j].Type = f[j].Type, f[i].Type
		if bytes.Equal(f[i].Data, f[j].Data) && f[i].Type == f[j].Type {
			f[i].Actor = event.By("nobody")
		}
		return relink(f)
	}},
	{"Truncate", func(r *rand.Rand, f []event.Envelope) []event.Envelope { return f[:len(f)-1-r.IntN(len(f)-2)] }},
	{"RewriteStream", func(r *rand.Rand, f []event.Envelope) []event.Envelope {
		s := f[r.IntN(len(f))].Stream
		for i := range f {
			if f[i].Stream == s {
				f[i].Actor = event.By("somebody-else")
			}
		}
		return relink(f)
	}},
}

// column changes one column of a fact by a little.
func column(r *rand.Rand, e *event.Envelope) {
	switch r.IntN(9) {
	case 0:
		e.ID[r.IntN(16)] ^= 1
	case 1:
		e.Type += "x"
	case 2:
		e.Source += "x"
	case 3:
		e.Actor.ID += "x"
	case 4:
		e.CauseID += "x"
	case 5:
		e.CauseDigest = append(bytes.Clone(e.CauseDigest), 1)
	case 6:
		e.RecordedAt = e.RecordedAt.Add(time.Microsecond)
	case 7:
		e.TraceParent += "x"
	default:
		e.Data = bytes.Clone(e.Data)
		e.Data[r.IntN(len(e.Data))] ^= 1
	}
}

// relink makes all links fit.
func relink(facts []event.Envelope) []event.Envelope {
	heads := map[uuid.UUID]eventlog.Head{}
	for i, e := range facts {
		head := heads[e.Stream]
		facts[i].Version = head.Version + 1
		facts[i].Hash = eventlog.Link(head.Hash, facts[i])
		heads[e.Stream] = eventlog.Head{Version: facts[i].Version, Hash: facts[i].Hash}
	}
	return facts
}

// TestVandals: whatever of the log is changed, the signed checkpoint gives it
// away; links and checksums, which the vandal has made to fit, do not. It makes no
// difference whether they leave the tree as it was or make that fit too.
func TestVandals(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 28))
	random := drawing(t)
	honest := h.tree(t)
	found := map[string]map[string]int{}
	for n := range *edits {
		v := vandals[n%len(vandals)]
		changed := v.do(random, h.plain())
		tree := *honest
		placed := replaced(changed, h.facts) // the tree is left alone: each fact keeps the place it had
		if random.IntN(2) == 0 {             // or it is made to fit too, but for the note
			forged := &history{nodes: map[merkle.Place]merkle.Hash{}, signer: h.signer}
			forged.add(changed...)
			of := forged.tree(t)
			placed, tree.Facts, tree.Hashes = forged.facts, of.Facts, of.Hashes
		}
		archive := proven(t, header, placed, &tree)
		r := check(t, archive, export.Trust{Keys: h.keys()})
		if r.Intact() {
			t.Fatalf("edit %d, %s, was not found", n, v.name)
		}
		if found[v.name] == nil {
			found[v.name] = map[string]int{}
		}
		found[v.name][named(r)]++
	}
	for name, as := range found {
		if as[""] > 0 {
			t.Errorf("%s was found %d times as nothing that happened to the log", name, as[""])
		}
	}
	t.Logf("%d edits found and named: %v", *edits, found)
}

// named is the first problem that says what happened to the log, rather than that
// files do not fit; empty if there is none.
func named(r export.Report) string {
	for _, p := range r.Problems {
		switch p.Code {
		case export.Changed, export.Inserted, export.Missing, export.BadOrder, export.Rewritten, export.Truncated:
			return p.Code
		}
	}
	return ""
}

// replaced gives facts the places that facts of their stream and version have.
func replaced(facts []event.Envelope, was []eventlog.Placed) []eventlog.Placed {
	var out []eventlog.Placed
	for _, e := range facts {
		p := eventlog.Placed{Envelope: e, Leaf: -1}
		for _, w := range was {
			if w.Stream == e.Stream && w.Version == e.Version {
				p.Leaf, p.LeafHash = w.Leaf, w.LeafHash
			}
		}
		out = append(out, p)
	}
	return out
}

// TestNamed: what was done to the log is said as an auditor would say it.
func TestNamed(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 60))
	for name, test := range map[string]struct {
		reason string
		change func([]event.Envelope) []event.Envelope
		code   string
		says   string
	}{
		"Changed": {"the link was made to fit", func(f []event.Envelope) []event.Envelope { f[10].Actor = event.By("x"); return relink(f) }, export.Changed, "place 10 of the log"},
		"Unseen": {"no link covers the time of recording", func(f []event.Envelope) []event.Envelope {
			f[10].RecordedAt = f[10].RecordedAt.Add(time.Second)
			return f
		}, export.Changed, "place 10 of the log"},
		"Removed":  {"the last of a stream", func(f []event.Envelope) []event.Envelope { return slices.Delete(f, 33, 34) }, export.Missing, "places 33 to 33"},
		"Inserted": {"with a link that fits", vandals[3].apply, export.Inserted, "is in no tree"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive := proven(t, header, replaced(test.change(h.plain()), h.facts), lost(t, h, test.change(h.plain())))
			r := check(t, archive, export.Trust{Keys: h.keys()})
			if !slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == test.code && strings.Contains(p.Detail, test.says) }) {
				t.Errorf("found %v, want %s: %s", r.Problems, test.code, test.reason)
			}
			if slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == export.Rewritten }) {
				t.Errorf("the tree itself was left alone: %v", r.Problems)
			}
		})
	}
}

func (v vandal) apply(f []event.Envelope) []event.Envelope {
	return v.do(rand.New(rand.NewPCG(1, 1)), f)
}

// lost is the tree of a log that has lost facts.
func lost(t *testing.T, h *history, left []event.Envelope) *export.Tree {
	t.Helper()
	tree := h.tree(t)
	all := tree.Facts
	tree.Facts = func(leaves []int64) ([]eventlog.Placed, error) {
		out, err := all(leaves)
		return slices.DeleteFunc(out, func(p eventlog.Placed) bool {
			return !slices.ContainsFunc(left, func(e event.Envelope) bool { return e.Stream == p.Stream && e.Version == p.Version })
		}), err
	}
	return tree
}

// TestExternalCheckpoint: whoever rules the database and the program that signs
// can cut the log's end off, or rewrite it, and have that signed. Nothing in the
// bundle tells. A checkpoint that lies elsewhere does.
func TestExternalCheckpoint(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 60))
	external := h.sign(t)
	for name, test := range map[string]struct {
		change func([]event.Envelope) []event.Envelope
		code   string
	}{
		"Truncated":       {func(f []event.Envelope) []event.Envelope { return f[:50] }, export.Truncated},
		"StreamRewritten": {vandals[6].apply, export.Rewritten},
		"RewrittenLonger": {func(f []event.Envelope) []event.Envelope {
			return append(vandals[6].apply(f), facts(t, 70)[60:]...)
		}, export.Rewritten},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forged := newHistory(t, test.change(h.plain()))
			forged.signer = h.signer
			tree := forged.tree(t)
			archive := proven(t, header, forged.facts, tree)
			if r := check(t, archive, export.Trust{Keys: h.keys()}); name != "RewrittenLonger" && !r.Intact() {
				t.Errorf("found without the external checkpoint after all: %v", r.Problems)
			}
			r := check(t, archive, export.Trust{Keys: h.keys(), Earlier: external})
			if !slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == test.code }) {
				t.Errorf("found %v, want %s", r.Problems, test.code)
			}
		})
	}
}

// TestProvenBytes changes bytes of the archive. What is not found has changed no
// file.
func TestProvenBytes(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 40))
	archive := proven(t, period(10, 30), h.facts, h.tree(t))
	original := unzip(t, archive)
	random := drawing(t)
	harmless := 0
	for n := range *edits {
		edited := edit(random, archive)
		if r := check(t, edited, export.Trust{Keys: h.keys()}); r.Intact() {
			harmless++
			if !maps.EqualFunc(original, unzip(t, edited), bytes.Equal) {
				t.Fatalf("edit %d changed a file and was not found", n)
			}
		}
	}
	t.Logf("%d edits found, but for %d that changed no file", *edits, harmless)
}
