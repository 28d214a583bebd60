package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// R14. SQL names its columns: a new column must not change what is read. And
// what is written here runs on everybody's machine, from anybody's registry.
var unwelcome = []struct {
	what  string
	in    []string // by ending; empty means everywhere
	found *regexp.Regexp
}{
	{"a select of whatever columns there are", []string{".go", ".sql"}, regexp.MustCompile(`(?i)\bselect\s+(\w+\.)?\*`)},
	{"a path of somebody's machine", nil, regexp.MustCompile(`(^|[\s"'=(:` + "`" + `])/(work|root|Users)/|/home/[a-z]+/(go|src|work)`)},
	{"the address of a package registry", nil, regexp.MustCompile(`\b(registry\.(npmjs|yarnpkg)|proxy\.golang|sum\.golang|artifactory|nexus)\.`)},
}

func TestSources(t *testing.T) {
	t.Parallel()
	for _, path := range sources(t) {
		if under(path, "dev/archtest") { // its patterns would find themselves
			continue
		}
		text, err := os.ReadFile(filepath.Join(repository, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range unwelcome {
			if len(u.in) > 0 && !slices.Contains(u.in, filepath.Ext(path)) {
				continue
			}
			for n, line := range strings.Split(string(text), "\n") {
				if u.found.MatchString(line) {
					t.Errorf("%s:%d has %s: %s", path, n+1, u.what, strings.TrimSpace(line))
				}
			}
		}
	}
}

// notOurs are directories of what was built or fetched.
var notOurs = []string{".git", ".dcm", "node_modules", "bin", "dist", "output"}

// sources lists the files of the repository by their path from its root, with
// one of the endings if any are named.
func sources(t *testing.T, endings ...string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(notOurs, d.Name()) {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() || (len(endings) > 0 && !slices.Contains(endings, filepath.Ext(path))) {
			return nil
		}
		rel, err := filepath.Rel(repository, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
