package export_test

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
)

var (
	sampleDir   = flag.String("sample", "", "where TestSample leaves bundle.zip and key.pub, for whoever measures dcm-verify")
	sampleFacts = flag.Int("sample-facts", 3000, "how many facts that bundle has")
)

// TestSample writes the proven bundle of many facts, one at a time, and verifies
// it as it lies on the disk.
func TestSample(t *testing.T) {
	t.Parallel()
	dir := *sampleDir
	if dir == "" {
		dir = t.TempDir()
	}
	signer := checkpointtest.Signer(t)
	leaves, tree := planted(t, *sampleFacts, signer)
	f, err := os.Create(filepath.Join(dir, "bundle.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := export.Write(f, header, func(yield func(eventlog.Placed, error) bool) {
		n := int64(0)
		for e, err := range stream(*sampleFacts) {
			if !yield(eventlog.Placed{Envelope: e, Leaf: n, LeafHash: leaves[n][:]}, err) {
				return
			}
			n++
		}
	}, nobody, tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "key.pub"), []byte(signer.Key().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := export.Verify(f, o.Bytes, export.Trust{Keys: checkpoint.Keys{signer.Key()}}, runtime.GOMAXPROCS(0))
	if err != nil || !r.Intact() || !r.Signed || r.Facts != int64(*sampleFacts) {
		t.Errorf("%v, %d facts, signed %t, %v", err, r.Facts, r.Signed, r.Problems)
	}
}

// planted makes the tree of a stream's facts without keeping these.
func planted(t *testing.T, n int, signer *checkpoint.Signer) (leaves []merkle.Hash, tree *export.Tree) {
	t.Helper()
	for e, err := range stream(n) {
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, merkle.LeafHash(eventlog.Leaf(e)))
	}
	_, peaks := merkle.Grow(0, nil, leaves)
	note, err := signer.Sign(checkpoint.Checkpoint{Tenant: tenant, Size: int64(n), Root: merkle.Root(peaks), At: end, Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	c, id, err := checkpoint.Keys{signer.Key()}.Open(note)
	if err != nil {
		t.Fatal(err)
	}
	// The whole log is in the bundle: nothing else of the tree is asked for.
	return leaves, &export.Tree{
		Checkpoint: c, Note: note, Key: id,
		Facts:  func([]int64) ([]eventlog.Placed, error) { return nil, nil },
		Hashes: func([]merkle.Place) ([]merkle.Hash, error) { return nil, nil },
	}
}
