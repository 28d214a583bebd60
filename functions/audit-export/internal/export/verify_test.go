package export_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

var (
	edits = flag.Int("edits", 2000, "how many random edits a test makes")
	seed  = flag.Uint64("seed", 0, "what these are drawn from; 0 draws it too")
)

// drawing says what a test's edits are drawn from, so that they can be made again.
func drawing(t *testing.T) *rand.Rand {
	t.Helper()
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	t.Logf("-seed %d -edits %d", from, *edits)
	return rand.New(rand.NewPCG(from, 0))
}

// Whatever is done to the bytes: with the checksum from the log it is always
// found. Without it, what is not found has changed nothing that anybody reads:
// time stamps and the like in the container.
func TestTamper(t *testing.T) {
	t.Parallel()
	archive, o := bundle(t, facts(t, 40), nobody)
	original := unzip(t, archive)
	random := drawing(t)
	harmless := 0
	for n := range *edits {
		edited := edit(random, archive)
		if r := verify(t, edited, o.SHA256); r.Intact() {
			t.Fatalf("edit %d not found although the checksum is known", n)
		}
		if r := verify(t, edited, ""); r.Intact() {
			harmless++
			if !maps.EqualFunc(original, unzip(t, edited), bytes.Equal) {
				t.Fatalf("edit %d changed a file and was not found", n)
			}
		}
	}
	t.Logf("%d edits found; %d of them only by the checksum from the log, they changed no file", *edits, harmless)
}

// edit changes a byte, cuts the end off, removes a piece or swaps two.
func edit(random *rand.Rand, archive []byte) []byte {
	b := slices.Clone(archive)
	i := random.IntN(len(b))
	switch random.IntN(8) {
	case 0:
		return b[:i]
	case 1:
		return slices.Delete(b, i, min(i+1+random.IntN(64), len(b)))
	case 2:
		for j := range b {
			if k := (i + j) % len(b); b[k] != b[i] {
				b[i], b[k] = b[k], b[i]
				return b
			}
		}
	}
	b[i] ^= byte(1 + random.IntN(255))
	return b
}

// A forger changes facts.ndjson and everything else in the bundle so that it
// fits: counts, checksums and the container.
func TestForgery(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason string
		forge  func([][]byte) [][]byte
		code   string
	}{
		"RemovedFact":  {"a stream has a gap", func(l [][]byte) [][]byte { return slices.Delete(l, abreast, abreast+1) }, export.BadLink},
		"SwappedFacts": {"a stream is out of turn", func(l [][]byte) [][]byte { l[0], l[abreast] = l[abreast], l[0]; return l }, export.BadLink},
		"CopiedFact":   {"a version comes twice", func(l [][]byte) [][]byte { return append(l, l[0]) }, export.BadLink},
		"ChangedWord":  {"the hash is of other bytes", replace(`"type":"io.dcm.request.submitted.v1"`, `"type":"io.dcm.request.submittee.v1"`), export.BadLink},
		"ChangedData":  {"what people read is not what was hashed", replace(`"project":"webshop"`, `"project":"webshoq"`), export.BadLine},
		"OtherTenant":  {"a fact of somebody else", replace(tenant.String(), header.Bundle.String()), export.BadScope},
		"OtherPeriod":  {"a fact of another year", replace(`"recorded_at":"2026`, `"recorded_at":"2025`), export.BadScope},
		"OtherSpace":   {"nobody but us writes a line this way", replace(`"version":1`, `"version": 1`), export.BadLine},
		"ExtraField":   {"something is smuggled in", replace(`,"data":`, `,"note":"","data":`), export.BadLine},
		"NoLastByte":   {"the last line is cut", func(l [][]byte) [][]byte { n := len(l) - 1; l[n] = l[n][:len(l[n])-1]; return l }, export.BadLine},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, _ := bundle(t, facts(t, 5*abreast), nobody)
			r := verify(t, forge(t, archive, test.forge(lines(t, archive))), "")
			if !slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == test.code }) {
				t.Errorf("found %v, want %s: %s", r.Problems, test.code, test.reason)
			}
		})
	}
}

// These two leave a bundle that is whole in itself. Only the checksum in the log
// tells; the test proves that nothing else does.
func TestForgeryThatNeedsTheLog(t *testing.T) {
	t.Parallel()
	all := facts(t, 5*abreast)
	_, o := bundle(t, all, nobody)
	relinked := slices.Clone(all[:2*abreast])
	relinked[0].Data = bytes.Replace(relinked[0].Data, []byte("webshop"), []byte("webshoq"), 1)
	relinked[0].Hash = eventlog.Link(nil, relinked[0])
	relinked[abreast].Hash = eventlog.Link(relinked[0].Hash, relinked[abreast])
	for name, forged := range map[string][]event.Envelope{"TailCutOff": all[:4*abreast], "StreamRewritten": relinked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, _ := bundle(t, forged, nobody)
			if r := verify(t, archive, ""); !r.Intact() {
				t.Errorf("found without the log after all: %v", r.Problems)
			}
			if r := verify(t, archive, o.SHA256); r.Intact() {
				t.Error("not found with the checksum from the log")
			}
		})
	}
}

func TestVerifyRefusesOtherFormats(t *testing.T) {
	t.Parallel()
	archive, _ := bundle(t, facts(t, 3), nobody)
	content := unzip(t, archive)
	content["manifest.json"] = bytes.Replace(content["manifest.json"], []byte(`"format_version": 1`), []byte(`"format_version": 2`), 1)
	more := maps.Clone(content)
	more["extra.txt"] = nil
	for name, archive := range map[string][]byte{"Newer": repack(t, content), "Nothing": nil, "ExtraFile": repack(t, more)} {
		if r := verify(t, archive, ""); r.Intact() {
			t.Errorf("%s: accepted", name)
		}
	}
}

func replace(old, now string) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte {
		l[0] = bytes.Replace(l[0], []byte(old), []byte(now), 1)
		return l
	}
}

// forge puts other lines into an archive, with a manifest and sums that fit.
func forge(t *testing.T, archive []byte, lines [][]byte) []byte {
	t.Helper()
	content := unzip(t, archive)
	content["facts.ndjson"] = bytes.Join(lines, nil)
	var m export.Manifest
	if err := json.Unmarshal(content["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	m.Facts, m.Types = int64(len(lines)), map[string]int64{}
	streams := map[string]bool{}
	for i, line := range lines {
		var f struct {
			Type, Hash string
			Stream     string `json:"stream_id"`
		}
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatal(err)
		}
		m.Types[f.Type]++
		streams[f.Stream] = true
		if i == 0 {
			m.FirstHash = f.Hash
		}
		m.LastHash = f.Hash
	}
	m.Streams = int64(len(streams))
	for i, f := range m.Files {
		m.Files[i] = export.File{Name: f.Name, Bytes: int64(len(content[f.Name])), SHA256: sum(content[f.Name])}
	}
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	content["manifest.json"] = manifest
	var sums []byte
	for _, name := range names[:4] {
		sums = fmt.Appendf(sums, "%s  %s\n", sum(content[name]), name)
	}
	content["SHA256SUMS"] = sums
	return repack(t, content)
}

var names = []string{"README.txt", "verify.py", "facts.ndjson", "manifest.json", "SHA256SUMS"}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func repack(t *testing.T, content map[string][]byte) []byte {
	t.Helper()
	order := slices.Clone(names)
	for name := range content {
		if !slices.Contains(names, name) {
			order = append(order, name)
		}
	}
	return zipped(t, order, content)
}

// zipped is an archive of files in this order.
func zipped(t *testing.T, order []string, content map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range order {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
