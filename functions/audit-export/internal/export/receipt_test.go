package export_test

import (
	"bytes"
	"slices"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/proof"
)

func TestReceipt(t *testing.T) {
	t.Parallel()
	all := facts(t, 60)
	h := newHistory(t, all[:30])
	earlier := h.sign(t)
	h.add(all[30:]...)
	other := newHistory(t, nil)
	tree := h.tree(t)
	tree.Cuts = []int64{30}
	const n = 3 // the first of its stream
	p, err := proof.Of(tree.Checkpoint, tree.Note, []int64{n}, tree.Cuts, tree.Hashes)
	if err != nil {
		t.Fatal(err)
	}
	b, err := proof.NewReceipt(h.facts[n], nil, p).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if r := export.VerifyReceipt(b, export.Trust{Keys: h.keys(), Earlier: earlier}); !r.Intact() || !r.Signed || r.Checkpoint.Size != 60 {
		t.Fatalf("%+v", r)
	}
	for name, test := range map[string]struct {
		reason  string
		receipt []byte
		trust   export.Trust
		code    string
	}{
		"Data":     {"not what was recorded", bytes.Replace(b, []byte(`"project":"webshop"`), []byte(`"project":"webshoq"`), 1), export.Trust{Keys: h.keys()}, export.BadLine},
		"Actor":    {"not who did it", bytes.Replace(b, []byte(`"actor":"person:`), []byte(`"actor":"persona:`), 1), export.Trust{Keys: h.keys()}, export.Changed},
		"Place":    {"not when it was recorded", bytes.Replace(b, []byte(`"leaf":3,`), []byte(`"leaf":4,`), 1), export.Trust{Keys: h.keys()}, export.Rewritten},
		"OtherKey": {"not by whom it was signed", b, export.Trust{Keys: other.keys()}, export.BadSignature},
		"Nothing":  {"no receipt", []byte("{}"), export.Trust{Keys: h.keys()}, export.BadManifest},
	} {
		r := export.VerifyReceipt(test.receipt, test.trust)
		if len(r.Problems) == 0 || r.Signed && test.code == export.BadSignature || !slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == test.code }) {
			t.Errorf("%s: found %v, want %s: %s", name, r.Problems, test.code, test.reason)
		}
	}
	random := drawing(t)
	for range *edits {
		at := random.IntN(len(b))
		edited := bytes.Clone(b)
		edited[at] ^= byte(1 << random.IntN(8))
		if r := export.VerifyReceipt(edited, export.Trust{Keys: h.keys()}); r.Intact() {
			t.Fatalf("byte %d of the receipt was changed from %q to %q: not found", at, b[at], edited[at])
		}
	}
	t.Logf("%d edits found", *edits)
}
