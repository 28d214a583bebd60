package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"dcm.io/shared/proof"
	"github.com/google/uuid"
)

var (
	tenant = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	at     = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
)

// A desk is what an auditor has on theirs.
type desk struct {
	dir    string
	public string
}

func (d desk) path(name string) string { return filepath.Join(d.dir, name) }

// lay makes the log of a few facts, signs for it, and lays a bundle, a receipt and
// checkpoints on the desk.
func lay(t *testing.T) desk {
	t.Helper()
	signer := checkpointtest.Signer(t)
	d := desk{t.TempDir(), signer.Key().String()}
	var facts []eventlog.Placed
	var leaves []merkle.Hash
	nodes := map[merkle.Place]merkle.Hash{}
	for i := range int64(5) {
		made, err := eventlog.Record{
			Key:   eventlog.Key{Tenant: tenant, Stream: event.DeriveID(tenant, string(rune('a'+i)))},
			Cause: eventlog.Cause{ID: "c", By: event.Submit, Actor: event.By(event.Submit), At: at}, Facts: []event.Fact{event.RequestSubmitted{Name: "web"}},
		}.Envelopes()
		if err != nil {
			t.Fatal(err)
		}
		made[0].RecordedAt = at
		h := merkle.LeafHash(eventlog.Leaf(made[0]))
		facts, leaves, nodes[merkle.Place{N: i}] = append(facts, eventlog.Placed{Envelope: made[0], Leaf: i, LeafHash: h[:]}), append(leaves, h), h
	}
	complete, peaks := merkle.Grow(0, nil, leaves)
	for _, c := range complete {
		nodes[c.Place] = c.Hash
	}
	_, three := merkle.Grow(0, nil, leaves[:3])
	sign := func(name string, size int64, root merkle.Hash, at time.Time) (checkpoint.Checkpoint, []byte) {
		c := checkpoint.Checkpoint{Tenant: tenant, Size: size, Root: root, At: at, Epoch: 1}
		note, err := signer.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		d.put(t, name, note)
		return c, note
	}
	sign("earlier.txt", 3, merkle.Root(three), at)
	sign("rewritten.txt", 3, leaves[0], at)
	sign("longer.txt", 9, leaves[0], at)
	sign("later.txt", 9, leaves[0], at.Add(time.Hour))
	c, note := sign("now.txt", 5, merkle.Root(peaks), at)
	tree := &export.Tree{
		Checkpoint: c, Note: note, Cuts: []int64{3}, Facts: func([]int64) ([]eventlog.Placed, error) { return nil, nil },
		Hashes: func(places []merkle.Place) (out []merkle.Hash, _ error) {
			for _, p := range places {
				out = append(out, nodes[p])
			}
			return out, nil
		},
	}
	var bundle bytes.Buffer
	if _, err := export.Write(&bundle, export.Header{Tenant: tenant, From: at, To: at.Add(time.Hour), MadeAt: at}, func(yield func(eventlog.Placed, error) bool) {
		for _, f := range facts {
			if !yield(f, nil) {
				return
			}
		}
	}, nil, tree); err != nil {
		t.Fatal(err)
	}
	d.put(t, "bundle.zip", bundle.Bytes())
	proven, err := proof.Of(c, note, []int64{facts[2].Leaf}, tree.Cuts, tree.Hashes)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := proof.NewReceipt(facts[2], nil, proven).Encode()
	if err != nil {
		t.Fatal(err)
	}
	d.put(t, "receipt.json", receipt)
	d.put(t, "changed.json", bytes.Replace(receipt, []byte(`"actor":"function:submit"`), []byte(`"actor":"function:approve"`), 1))
	d.put(t, "cut.zip", bundle.Bytes()[:bundle.Len()/2])
	d.put(t, "key.pub", []byte(d.public+"\n"))
	return d
}

func (d desk) put(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(d.path(name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	d := lay(t)
	_, stranger, err := checkpoint.Draw("dcm.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args   []string
		code   int
		says   string
		reason string
	}{
		"Bundle":       {[]string{"-key", d.public, d.path("bundle.zip")}, intact, "OK: 5 facts", "nothing is wrong"},
		"Receipt":      {[]string{"-key", d.path("key.pub"), d.path("receipt.json")}, intact, "OK: 1 facts", "nothing is wrong"},
		"Rotation":     {[]string{"-key", stranger + "," + d.public, d.path("bundle.zip")}, intact, "OK", "one of the keys has signed"},
		"Earlier":      {[]string{"-key", d.public, "-earlier", d.path("earlier.txt"), d.path("bundle.zip")}, intact, "OK", "the log has grown since"},
		"Itself":       {[]string{"-key", d.public, "-earlier", d.path("bundle.zip"), d.path("receipt.json")}, intact, "OK", "a bundle is a checkpoint too"},
		"NoKey":        {[]string{d.path("bundle.zip")}, intact, "NOTE: No public key", "what cannot be known is said"},
		"Stranger":     {[]string{"-key", stranger, d.path("bundle.zip")}, tampered, "PROBLEM signature", "somebody else has signed"},
		"Changed":      {[]string{"-key", d.public, d.path("changed.json")}, tampered, "PROBLEM changed", "it was not they"},
		"Later":        {[]string{"-key", d.public, "-earlier", d.path("later.txt"), d.path("bundle.zip")}, tampered, "PROBLEM incomparable", "the log may have grown since"},
		"Truncated":    {[]string{"-key", d.public, "-earlier", d.path("longer.txt"), d.path("bundle.zip")}, tampered, "PROBLEM truncated", "facts are gone"},
		"Rewritten":    {[]string{"-key", d.public, "-earlier", d.path("rewritten.txt"), d.path("bundle.zip")}, tampered, "PROBLEM rewritten", "it was another history"},
		"CutOff":       {[]string{"-key", d.public, d.path("cut.zip")}, tampered, "PROBLEM archive", "half of it is missing"},
		"OtherSum":     {[]string{"-key", d.public, "-sha256", "00", d.path("bundle.zip")}, tampered, "PROBLEM checksum", "it is another archive"},
		"NoFile":       {[]string{"-key", d.public, d.path("none.zip")}, failed, "no such file", "there is nothing to look at"},
		"BadKey":       {[]string{"-key", "x", d.path("bundle.zip")}, failed, "-key", "it is no key"},
		"NoCheckpoint": {[]string{"-key", d.public, "-earlier", d.path("key.pub"), d.path("bundle.zip")}, failed, "no checkpoint", "it is none"},
		"NoArguments":  {nil, failed, "usage", "it says what it wants"},
	} {
		var said bytes.Buffer
		if code := run(test.args, &said, &said); code != test.code || !strings.Contains(said.String(), test.says) {
			t.Errorf("%s: exit %d, said %q; want %d and %q: %s", name, code, said.String(), test.code, test.says, test.reason)
		}
	}
}
