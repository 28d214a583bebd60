package altered

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the checkout's.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestChangesFit: what is replaced is in the sources exactly once. It is found out
// here in a moment, and not when the fault suite runs.
func TestChangesFit(t *testing.T) {
	t.Parallel()
	builds := []Build{NextSubmit}
	for _, b := range Bads {
		builds = append(builds, b.Build())
	}
	for _, b := range builds {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			if len(b.edits) == 0 {
				t.Error("nothing is changed")
			}
			if _, err := b.overlay(root(t), t.TempDir()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestChangeThatNoLongerFits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "source.go"), []byte("a b b"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		reason, from string
		fits         bool
	}{
		"Once":  {"it is there", "a", true},
		"Never": {"the source has changed", "c", false},
		"Twice": {"nobody can tell which is meant", "b", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := Build{Name: "x", edits: []edit{{"source.go", tc.from, "X"}}}.overlay(dir, t.TempDir())
			if (err == nil) != tc.fits {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if !tc.fits {
				return
			}
			text, err := os.ReadFile(list)
			if err != nil || !strings.Contains(string(text), filepath.Join(dir, "source.go")) {
				t.Errorf("the overlay is %s, %v", text, err)
			}
		})
	}
}

// TestMistakesAreNamed: each has its check, and the five that any suite must know
// are among them.
func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, b := range Bads {
		if b.Scenario == "" || b.By == "" || b.Says == "" || names[b.Name] {
			t.Errorf("%s is not told well: %+v", b.Name, b)
		}
		names[b.Name] = true
	}
	for _, must := range []string{"naive-cursor", "conflict-target", "owner-bypass", "memory-dedup", "missing-check"} {
		if !names[must] {
			t.Errorf("%s is missing", must)
		}
	}
}
