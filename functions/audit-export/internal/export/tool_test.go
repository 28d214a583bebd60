package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
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
	changed := forge(t, archive, replace(`"actor":"person:`, `"actor":"persona:`)(lines(t, archive)))
	for name, test := range map[string]struct {
		archive []byte
		whole   bool
		says    string
	}{
		"Whole":   {archive, true, "OK: 100 facts"},
		"Changed": {changed, false, "the hash does not fit"},
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
