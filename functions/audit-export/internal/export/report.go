package export

import "fmt"

// A Report is what Verify found.
type Report struct {
	SHA256   string // of the whole archive, as it is
	Manifest Manifest
	Facts    int64
	// Problems says what is wrong, at most maxListed; Count says how much it is.
	Problems []Problem
	Count    int64
}

// A Problem is one thing that is not as it should be.
type Problem struct {
	Code   string
	Detail string
}

// The codes of problems.
const (
	// BadArchive: it is no ZIP archive, or not all of it.
	BadArchive = "archive"
	// BadChecksum: something is not what it was when it was written.
	BadChecksum = "checksum"
	// BadManifest: the manifest does not describe what is there.
	BadManifest = "manifest"
	// BadLine: a line is not as this format writes it.
	BadLine = "line"
	// BadLink: a fact is not tied to its predecessor. If the manifest lists it, it
	// was so in the log already.
	BadLink = "link"
	// BadScope: a fact is of another tenant or outside the period.
	BadScope = "scope"
)

// Intact reports whether nothing is wrong.
func (r *Report) Intact() bool { return r.Count == 0 }

func (r *Report) add(code, format string, args ...any) {
	r.Count++
	if len(r.Problems) < maxListed {
		r.Problems = append(r.Problems, Problem{Code: code, Detail: fmt.Sprintf(format, args...)})
	}
}
