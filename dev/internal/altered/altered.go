// Package altered builds programs of this repository from sources that are changed
// here and there: with a mistake in them, which the fault suite must notice, or as
// the next release might be. The sources themselves are left alone, the compiler
// is shown other files in their place.
package altered

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Build is a program and what is changed in its sources.
type Build struct {
	Name   string
	module string // directory below the root
	source string // package's directory in the module
	edits  []edit
}

// LogSuite is the fault suite at the level of the log, unchanged.
var LogSuite = Build{Name: "chaos-log", module: "dev", source: "./cmd/chaos-log"}

// An edit replaces a text that is in a file exactly once.
type edit struct{ file, from, to string }

// Compile builds the program from the checkout at root and returns its path in
// dir. A change that no longer fits the sources is an error.
func (b Build) Compile(ctx context.Context, root, dir string) (string, error) {
	list, err := b.overlay(root, dir)
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, b.Name)
	cmd := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-overlay", list, "-o", program, b.source)
	cmd.Dir = filepath.Join(root, filepath.FromSlash(b.module))
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s does not compile: %w\n%s", b.Name, err, out)
	}
	return program, nil
}

// overlay writes the changed files into dir, and the list that tells the compiler
// which they stand for.
func (b Build) overlay(root, dir string) (string, error) {
	replace := map[string]string{}
	for i, e := range b.edits {
		original := filepath.Join(root, filepath.FromSlash(e.file))
		from := original
		if changed, ok := replace[original]; ok {
			from = changed
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", fmt.Errorf("build %s: %w", b.Name, err)
		}
		if n := strings.Count(string(text), e.from); n != 1 {
			return "", fmt.Errorf("build %s no longer fits: %s has %d times what edit %d replaces:\n%s", b.Name, e.file, n, i+1, e.from)
		}
		changed := filepath.Join(dir, b.Name+"-"+strings.ReplaceAll(e.file, "/", "-"))
		if err := os.WriteFile(changed, []byte(strings.Replace(string(text), e.from, e.to, 1)), 0o600); err != nil { //nolint:gosec // both names are of the table of builds
			return "", fmt.Errorf("build %s: %w", b.Name, err)
		}
		replace[original] = changed
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", fmt.Errorf("build %s: %w", b.Name, err)
	}
	list := filepath.Join(dir, b.Name+".json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		return "", fmt.Errorf("build %s: %w", b.Name, err)
	}
	return list, nil
}
