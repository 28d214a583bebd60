// Package badbuild builds the fault suite from sources in which one thing is wrong
// on purpose: a suite that does not notice is worth nothing. The sources
// themselves are left alone, the compiler is shown other files in their place.
package badbuild

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"dcm.io/dev/internal/checker"
)

// A Build is what is wrong, and who must notice.
type Build struct {
	Name     string
	Says     string // what somebody might think
	Scenario string // of package logchaos
	By       checker.Check
	edits    []edit
}

// An edit replaces a text that is in a file exactly once.
type edit struct{ file, from, to string }

// Compile builds command chaos-log of the checkout at root, with the build's
// mistake in it, and returns the program's path in dir. A mistake that no longer
// fits the sources is an error.
func (b Build) Compile(ctx context.Context, root, dir string) (string, error) {
	replace := map[string]string{}
	for i, e := range b.edits {
		original := filepath.Join(root, filepath.FromSlash(e.file))
		from := original
		if changed, ok := replace[original]; ok {
			from = changed
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", fmt.Errorf("bad build %s: %w", b.Name, err)
		}
		if n := strings.Count(string(text), e.from); n != 1 {
			return "", fmt.Errorf("bad build %s no longer fits: %s has %d times what edit %d replaces:\n%s", b.Name, e.file, n, i+1, e.from)
		}
		changed := filepath.Join(dir, fmt.Sprintf("%s-%s", b.Name, strings.ReplaceAll(e.file, "/", "-")))
		if err := os.WriteFile(changed, []byte(strings.Replace(string(text), e.from, e.to, 1)), 0o600); err != nil {
			return "", fmt.Errorf("bad build %s: %w", b.Name, err)
		}
		replace[original] = changed
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", fmt.Errorf("bad build %s: %w", b.Name, err)
	}
	list := filepath.Join(dir, b.Name+".json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", fmt.Errorf("bad build %s: %w", b.Name, err)
	}
	program := filepath.Join(dir, b.Name)
	cmd := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-overlay", list, "-o", program, "./cmd/chaos-log")
	cmd.Dir = filepath.Join(root, "dev")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("bad build %s does not compile: %w\n%s", b.Name, err, out)
	}
	return program, nil
}
