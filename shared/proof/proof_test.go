package proof_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"dcm.io/shared/proof"
	"github.com/google/uuid"
)

var acme = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")

// A history is a log of a few facts with its tree.
type history struct {
	facts []eventlog.Placed
	nodes map[merkle.Place]merkle.Hash
	root  merkle.Hash
}

// story makes n facts of one stream, with texts that must be quoted.
func story(tb testing.TB, n int) history {
	tb.Helper()
	h := history{nodes: map[merkle.Place]merkle.Hash{}}
	var leaves []merkle.Hash
	var head eventlog.Head
	for i := range n {
		made, err := eventlog.Record{
			Key: eventlog.Key{Tenant: acme, Stream: event.DeriveID(acme, "request", "1")}, Expect: head,
			Cause: eventlog.Cause{
				ID: fmt.Sprintf("cause \"%d\" <ü>", i), CorrelationID: "c", Actor: event.By(event.Submit), By: event.Submit,
				At: time.Date(2026, 5, 4, 12, 0, i, 1000, time.UTC), Digest: []byte{1, 2, byte(i)},
			},
			Facts: []event.Fact{event.RequestSubmitted{Project: "webshop & co", Name: fmt.Sprintf("web-%d", i), Justification: event.Sealed{Person: acme, Box: []byte{0, 255, byte(i)}}}},
		}.Envelopes()
		if err != nil {
			tb.Fatal(err)
		}
		e := made[0]
		e.RecordedAt = e.OccurredAt.Add(3 * time.Millisecond)
		head = eventlog.Head{Version: e.Version, Hash: e.Hash}
		leaf := merkle.LeafHash(eventlog.Leaf(e))
		leaves = append(leaves, leaf)
		h.nodes[merkle.Place{N: int64(i)}] = leaf
		h.facts = append(h.facts, eventlog.Placed{Envelope: e, Leaf: int64(i), LeafHash: leaf[:]})
	}
	complete, peaks := merkle.Grow(0, nil, leaves)
	for _, c := range complete {
		h.nodes[c.Place] = c.Hash
	}
	h.root = merkle.Root(peaks)
	return h
}

func (h history) checkpoint() checkpoint.Checkpoint {
	return checkpoint.Checkpoint{Tenant: acme, Size: int64(len(h.facts)), Root: h.root, At: time.Date(2026, 5, 4, 13, 0, 0, 0, time.UTC), Epoch: 1}
}

func (h history) hashes(places []merkle.Place) (out []merkle.Hash, _ error) {
	for _, p := range places {
		out = append(out, h.nodes[p])
	}
	return out, nil
}

// receipt of one fact, and the public key that proves it.
func (h history) receipt(tb testing.TB, n int64) (encoded []byte, public string) {
	tb.Helper()
	signer := checkpointtest.Signer(tb)
	note, err := signer.Sign(h.checkpoint())
	if err != nil {
		tb.Fatal(err)
	}
	p, err := proof.Of(h.checkpoint(), note, []int64{n}, []int64{3}, h.hashes)
	if err != nil {
		tb.Fatal(err)
	}
	var prev []byte
	if n > 0 {
		prev = h.facts[n-1].Hash
	}
	encoded, err = proof.NewReceipt(h.facts[n], prev, p).Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return encoded, signer.Key().String()
}

// proven says why a receipt proves nothing.
func proven(b []byte, public string) error {
	r, err := proof.ReadReceipt(b)
	if err != nil {
		return err
	}
	e, prev, err := r.Line()
	if err != nil {
		return err
	}
	leaf := merkle.LeafHash(eventlog.Leaf(e.Envelope))
	if !bytes.Equal(eventlog.Link(prev, e.Envelope), e.Hash) || !bytes.Equal(leaf[:], e.LeafHash) {
		return errors.New("the hash does not fit")
	}
	keys, err := checkpoint.ParseKeys(public)
	if err != nil {
		return err
	}
	c, _, err := keys.Open([]byte(r.Note))
	if err != nil {
		return err
	}
	part, err := merkle.Assemble(c.Size, map[int64]merkle.Hash{e.Leaf: leaf}, r.Cover)
	if err != nil {
		return err
	}
	if part.Root() != c.Root || c.Tenant != e.Tenant {
		return errors.New("the tree is another")
	}
	return nil
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	h := story(t, 21)
	for n := range h.facts {
		b, public := h.receipt(t, int64(n))
		if err := proven(b, public); err != nil {
			t.Errorf("fact %d: %v", n, err)
		}
		r, err := proof.ReadReceipt(b)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := r.Line()
		if err != nil || e.CauseID != h.facts[n].CauseID || !bytes.Equal(e.Data, h.facts[n].Data) {
			t.Errorf("read %+v, %v", e, err)
		}
	}
}

func TestNoReceipt(t *testing.T) {
	t.Parallel()
	b, _ := story(t, 5).receipt(t, 2)
	for name, test := range map[string]struct {
		content string
		err     error
		reason  string
	}{
		"Empty":   {"", proof.ErrNoReceipt, "it is nothing"},
		"Other":   {`{"format":"dcm-audit-bundle","format_version":2}`, proof.ErrNoReceipt, "it is something else"},
		"Later":   {strings.Replace(string(b), `"format_version":2`, `"format_version":3`, 1), proof.ErrNoReceipt, "nobody knows what that would mean"},
		"Spaced":  {" " + string(b), proof.ErrRewritten, "somebody else has written it"},
		"Renamed": {strings.Replace(string(b), `"cover"`, `"Cover"`, 1), proof.ErrRewritten, "JSON readers differ in what they take for the same name"},
		"Twice":   {strings.Replace(string(b), `{"format"`, `{"note":"x","format"`, 1), proof.ErrRewritten, "and in which of two they take"},
	} {
		if _, err := proof.ReadReceipt([]byte(test.content)); !errors.Is(err, test.err) {
			t.Errorf("%s: got %v, want %v: %s", name, err, test.err, test.reason)
		}
	}
}

// TestGolden: a receipt that was once given out is believed for ever. The portal
// checks the same file in TypeScript. Its private key was thrown away.
func TestGolden(t *testing.T) {
	t.Parallel()
	if err := proven(golden(t)); err != nil {
		t.Error(err)
	}
}

func golden(tb testing.TB) (receipt []byte, public string) {
	tb.Helper()
	receipt, err := os.ReadFile("testdata/receipt.json")
	if err != nil {
		tb.Fatal(err)
	}
	key, err := os.ReadFile("testdata/key.txt")
	if err != nil {
		tb.Fatal(err)
	}
	return receipt, string(key)
}
