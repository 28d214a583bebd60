package export

import (
	"fmt"

	"dcm.io/shared/checkpoint"
)

// A Report is what Verify found.
type Report struct {
	SHA256   string // of the whole archive, as it is
	Manifest Manifest
	Facts    int64
	// Checkpoint is what the facts are proven by, and Signed says that a key that
	// was given has signed it. Nil if there is none.
	Checkpoint *checkpoint.Checkpoint
	Signed     bool
	// Notes are worth knowing and nothing wrong.
	Notes []string
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
	// Changed: a fact is not what it was when it was put into the tree.
	Changed = "changed"
	// Inserted: a fact is in the bundle, and not in the tree.
	Inserted = "inserted"
	// Missing: a fact is in the tree, and not in the bundle, though it belongs there.
	Missing = "missing"
	// BadOrder: facts stand where others stood.
	BadOrder = "order"
	// Rewritten: the tree is not the one that was signed.
	Rewritten = "rewritten"
	// Truncated: an earlier checkpoint knows of more facts than there are now.
	Truncated = "truncated"
	// Lost: an earlier checkpoint knows of facts that a restore has not brought back,
	// as the operator has declared.
	Lost = "lost"
	// BadSignature: no key at hand has signed the checkpoint.
	BadSignature = "signature"
	// Incomparable: the bundle does not tell whether it continues a checkpoint.
	Incomparable = "incomparable"
)

// Intact reports whether nothing is wrong.
func (r *Report) Intact() bool { return r.Count == 0 }

func (r *Report) add(code, format string, args ...any) {
	r.Count++
	if len(r.Problems) < maxListed {
		r.Problems = append(r.Problems, Problem{Code: code, Detail: fmt.Sprintf(format, args...)})
	}
}
