package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
)

// FuzzBundle is a forger who has everything but the key: whatever they put into a
// bundle, with checksums that fit, nothing is believed that was not recorded.
func FuzzBundle(f *testing.F) {
	h := newHistory(f, facts(f, 12))
	recorded := map[string]bool{}
	for _, p := range [][2]int{{0, 12}, {3, 7}, {5, 6}} {
		content := unzip(f, proven(f, period(p[0], p[1]), h.facts, h.tree(f)))
		for line := range strings.Lines(string(content["facts.ndjson"])) {
			recorded[line] = true
		}
		f.Add(content["facts.ndjson"], content["neighbours.ndjson"], content["checkpoint.json"], content["manifest.json"])
	}
	f.Fuzz(func(t *testing.T, facts, neighbours, checkpoint, manifest []byte) {
		archive, ok := forged(t, facts, neighbours, checkpoint, manifest)
		if !ok {
			return
		}
		r, err := export.Verify(bytes.NewReader(archive), int64(len(archive)), export.Trust{Keys: h.keys()}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Intact() || !r.Signed {
			return
		}
		for line := range strings.Lines(string(facts)) {
			if !recorded[line] {
				t.Errorf("%q was believed", line)
			}
		}
	})
}

// forged makes a bundle with checksums that fit; false if the manifest cannot even
// be read.
func forged(t *testing.T, facts, neighbours, checkpoint, manifest []byte) ([]byte, bool) {
	t.Helper()
	var m export.Manifest
	if json.Unmarshal(manifest, &m) != nil {
		return nil, false
	}
	names := []string{"README.txt", "verify.py", "facts.ndjson", "neighbours.ndjson", "checkpoint.json"}
	content := map[string][]byte{"facts.ndjson": facts, "neighbours.ndjson": neighbours, "checkpoint.json": checkpoint}
	var sums strings.Builder
	add := func(name string) {
		m.Files = append(m.Files, export.File{Name: name, Bytes: int64(len(content[name])), SHA256: sum(content[name])})
		fmt.Fprintf(&sums, "%s  %s\n", sum(content[name]), name)
	}
	m.Files = nil
	for _, name := range names {
		add(name)
	}
	again, err := json.Marshal(m)
	if err != nil {
		return nil, false
	}
	content["manifest.json"] = again
	add("manifest.json")
	content["SHA256SUMS"] = []byte(sums.String())
	return zipped(t, append(names, "manifest.json", "SHA256SUMS"), content), true
}

// TestForgedIsWhole: what a forger leaves as it was is believed, or FuzzBundle
// would find nothing.
func TestForgedIsWhole(t *testing.T) {
	t.Parallel()
	h := newHistory(t, facts(t, 12))
	content := unzip(t, proven(t, period(3, 7), h.facts, h.tree(t)))
	archive, ok := forged(t, content["facts.ndjson"], content["neighbours.ndjson"], content["checkpoint.json"], content["manifest.json"])
	if !ok {
		t.Fatal("the manifest cannot be read")
	}
	if r := check(t, archive, export.Trust{Keys: h.keys()}); !r.Intact() || !r.Signed {
		t.Errorf("%+v", r.Problems)
	}
}

// unzip are the contents of an archive, by name.
func unzip(tb testing.TB, archive []byte) map[string][]byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}
