package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tools that every auditor has come to the same result as Verify. A machine
// without them cannot run this test; CI has them.
func TestStandardTools(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"unzip", "sha256sum", "python3"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs unzip, sha256sum and python3: %v", err)
		}
	}
	archive, _ := bundle(t, facts(t, 100), nobody)
	h := newHistory(t, facts(t, 100))
	whole := proven(t, period(20, 60), h.facts, h.tree(t))
	inserted := proven(t, period(20, 60), replaced(h.plain(), slices.Delete(slices.Clone(h.facts), 30, 31)), h.tree(t))
	rewritten := h.tree(t)
	rewritten.Checkpoint.Root[0] ^= 1
	note, err := h.signer.Sign(rewritten.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	rewritten.Note = note
	changed := forge(t, archive, replace(`"actor":"person:`, `"actor":"persona:`)(lines(t, archive)))
	for name, test := range map[string]struct {
		archive []byte
		whole   bool
		says    string
	}{
		"Whole":   {archive, true, "OK: 100 facts"},
		"Changed": {changed, false, "the hash does not fit"},

		"Proven":    {whole, true, "OK: 40 facts"},
		"Inserted":  {inserted, false, "is in no tree"},
		"Rewritten": {proven(t, period(20, 60), h.facts, rewritten), false, "the history was rewritten"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "bundle.zip"), test.archive, 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, dir, true, "unzip", "-q", "bundle.zip")
			run(t, dir, true, "sha256sum", "-c", "SHA256SUMS")
			if said := run(t, dir, test.whole, "python3", "verify.py"); !strings.Contains(said, test.says) {
				t.Errorf("verify.py said %q", said)
			}
		})
	}
}

func run(t *testing.T, dir string, succeeds bool, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if (err == nil) != succeeds {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
