package proof_test

import (
	"bytes"
	"testing"

	"dcm.io/shared/proof"
)

// FuzzLine: what is read as a line is written again as the same bytes, and
// nothing else is read.
func FuzzLine(f *testing.F) {
	for _, e := range story(f, 3).facts {
		f.Add(proof.AppendLine(nil, proof.Proven, e, e.Hash), true)
		f.Add(proof.AppendLine(nil, proof.Linked, e, nil), false)
	}
	f.Fuzz(func(t *testing.T, line []byte, proven bool) {
		format := proof.Linked
		if proven {
			format = proof.Proven
		}
		p := proof.Parser{Format: format}
		e, prev, err := p.Parse(line)
		if err == nil && !bytes.Equal(proof.AppendLine(nil, format, e, prev), line) {
			t.Errorf("%q was read as %+v", line, e)
		}
	})
}

// FuzzReceipt: a stranger's file does no harm, and only what we wrote proves
// anything.
func FuzzReceipt(f *testing.F) {
	good, public := golden(f) // the same in every process, or none of them learns
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"leaf":5`), []byte(`"leaf":-1`), 1))
	f.Add([]byte(`{"format":"dcm-receipt","format_version":2,"fact":{},"note":"","cover":[{"level":62,"n":1,"hash":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := proven(b, public); err == nil && !bytes.Equal(b, good) && !sameFact(b, good) {
			t.Errorf("%q proves something that was not signed for", b)
		}
	})
}

// sameFact: what is beside the root's parts may vary without proving another fact.
func sameFact(a, b []byte) bool {
	x, errX := proof.ReadReceipt(a)
	y, errY := proof.ReadReceipt(b)
	return errX == nil && errY == nil && bytes.Equal(x.Fact, y.Fact)
}
