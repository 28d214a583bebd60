package export

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"dcm.io/shared/proof"
)

// Verify recomputes every checksum and every link of a bundle of size bytes.
// From format 2 on it proves every fact by the signed checkpoint. Without the
// archive's SHA-256 or a public key, whoever rewrote all of the bundle is not found
// out. The lines are parsed by about so many workers at once, at least one. What is
// wrong is in the report; the error says that r failed.
func Verify(r io.ReaderAt, size int64, trust Trust, workers int) (Report, error) {
	var report Report
	whole := sha256.New()
	if _, err := io.Copy(whole, io.NewSectionReader(r, 0, size)); err != nil {
		return Report{}, fmt.Errorf("read bundle: %w", err)
	}
	report.SHA256 = hex.EncodeToString(whole.Sum(nil))
	if trust.SHA256 != "" && trust.SHA256 != report.SHA256 {
		report.add(BadChecksum, "the archive's SHA-256 is %s, recorded was %s", report.SHA256, trust.SHA256)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		report.add(BadArchive, "cannot be opened: %v", err)
		return report, nil
	}
	if !named(z, linkedFiles) && !named(z, provenFiles) {
		report.add(BadArchive, "does not hold exactly the files %v", provenFiles)
		return report, nil
	}
	report.verify(z, trust, workers)
	return report, nil
}

// The files of either format.
var (
	linkedFiles = []string{readmeName, verifyName, factsName, manifestName, sumsName}
	provenFiles = []string{readmeName, verifyName, factsName, neighboursName, checkpointName, manifestName, sumsName}
)

func named(z *zip.Reader, names []string) bool {
	return slices.EqualFunc(z.File, names, func(f *zip.File, name string) bool { return f.Name == name })
}

func (r *Report) verify(z *zip.Reader, trust Trust, workers int) {
	last := len(z.File) - 1
	manifest, sumsFile := r.small(z.File[last-1]), r.small(z.File[last])
	if err := json.Unmarshal(manifest, &r.Manifest); err != nil {
		r.add(BadManifest, "cannot be read: %v", err)
		return
	}
	format := proof.Linked
	if len(z.File) == len(provenFiles) {
		format = proof.Proven
	}
	if r.Manifest.Format != formatName || r.Manifest.FormatVersion != format {
		r.add(BadManifest, "format %s %d is not known", r.Manifest.Format, r.Manifest.FormatVersion)
		return
	}
	found := Manifest{Types: map[string]int64{}, FormatVersion: format}
	g := newGrove()
	files := []File{r.read(z.File[0], discard), r.read(z.File[1], discard)}
	files = append(files, r.read(z.File[2], func(f io.Reader) error { return r.facts(f, workers, &found, g) }))
	if format == proof.Proven {
		files = append(files, r.read(z.File[3], func(f io.Reader) error { return r.neighbours(f, workers, g) }), r.read(z.File[4], discard))
		r.prove(g, r.whole(z.File[4]), trust)
	} else if len(trust.Keys) > 0 || trust.Earlier != nil {
		r.add(BadSignature, "the bundle has no checkpoint that a key could prove it by")
	}
	if !slices.Equal(files, r.Manifest.Files) {
		r.add(BadChecksum, "the files are not those of the manifest")
	}
	files = append(files, r.read(z.File[last-1], discard))
	if !bytes.Equal(sumsFile, sums(files)) {
		r.add(BadChecksum, "the files are not those of %s", sumsName)
	}
	r.Facts = found.Facts
	r.compare(found)
}

// compare holds what was found against what the manifest says.
func (r *Report) compare(found Manifest) {
	m := r.Manifest
	if m.Facts != found.Facts || m.Streams != found.Streams || m.Continued != found.Continued || !maps.Equal(m.Types, found.Types) {
		r.add(BadManifest, "it counts %d facts in %d streams, %d of them continued; there are %d, %d and %d",
			m.Facts, m.Streams, m.Continued, found.Facts, found.Streams, found.Continued)
	}
	if m.FirstHash != found.FirstHash || m.LastHash != found.LastHash {
		r.add(BadManifest, "the first or last fact is another")
	}
	if m.BrokenLinkCount != found.BrokenLinkCount || !slices.Equal(m.BrokenLinks, found.BrokenLinks) {
		r.add(BadManifest, "it lists other broken links than there are")
	}
	for _, b := range found.BrokenLinks {
		r.add(BadLink, "line %d, version %d of stream %s: %s", b.Line, b.Version, b.Stream, b.Problem)
	}
	r.Count += found.BrokenLinkCount - int64(len(found.BrokenLinks))
}

// small and whole return a file that fits into memory.
func (r *Report) small(f *zip.File) []byte { return r.upTo(f, 1<<20) }
func (r *Report) whole(f *zip.File) []byte { return r.upTo(f, 64<<20) }

func (r *Report) upTo(f *zip.File, limit int64) []byte {
	var content []byte
	r.read(f, func(from io.Reader) (err error) {
		content, err = io.ReadAll(io.LimitReader(from, limit))
		return err
	})
	return content
}

// read lets use read a file to its end, and computes its checksum.
func (r *Report) read(f *zip.File, use func(io.Reader) error) File {
	sum, size := sha256.New(), counter(0)
	err := func() error {
		content, err := f.Open()
		if err != nil {
			return err
		}
		defer content.Close()
		return use(io.TeeReader(content, io.MultiWriter(sum, &size)))
	}()
	if err != nil {
		r.add(BadArchive, "%s cannot be read: %v", f.Name, err)
	}
	return File{Name: f.Name, Bytes: int64(size), SHA256: hex.EncodeToString(sum.Sum(nil))}
}

func discard(from io.Reader) error {
	_, err := io.Copy(io.Discard, from)
	return err
}
