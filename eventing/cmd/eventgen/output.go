package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// ownDirs hold generated files and nothing else: a file there that is not
// generated any more is removed.
var ownDirs = []string{"eventing/schemas", "eventing/eventtypes", "eventing/triggers"}

// outputs are the generated files by their path below the repository's root.
type outputs map[string][]byte

// differing lists the files that are missing, different or left over.
func (o outputs) differing(root string) ([]string, error) {
	var names []string
	for name, want := range o {
		have, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read what was generated: %w", err)
		}
		if err != nil || !bytes.Equal(have, want) {
			names = append(names, name)
		}
	}
	for _, dir := range ownDirs {
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read what was generated: %w", err)
		}
		for _, e := range entries {
			if name := path.Join(dir, e.Name()); o[name] == nil {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

// write brings the named files up to date.
func (o outputs) write(root string, names []string) error {
	for _, name := range names {
		at := filepath.Join(root, name)
		if o[name] == nil {
			if err := os.Remove(at); err != nil {
				return fmt.Errorf("remove what is no longer generated: %w", err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if err := os.WriteFile(at, o[name], 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// add joins other files to these.
func (o outputs) add(other outputs) { maps.Copy(o, other) }
