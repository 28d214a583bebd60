package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	goLine  = regexp.MustCompile(`(?m)^go (\S+)$`)
	useLine = regexp.MustCompile(`(?m)^\s*(?:use )?\./(\S+)$`)
	ownLine = regexp.MustCompile(`(?m)^\s*(?:require )?(dcm\.io/\S+) v`)
)

// apart are modules outside of the workspace: their graphs must not choose
// versions for anybody.
var apart = []string{
	"tools",            // a linter's
	"deploy/operators", // newer types of Kubernetes than Knative has
	"tools/images",     // ko's, which wants a newer Go than we do
	"functions/audit-export/internal/s3/s3test", // an object store's
}

// Every module is in the workspace, says the same version of Go, and finds the
// others by where they lie, so that it builds with the workspace off.
func TestModules(t *testing.T) {
	t.Parallel()
	work := read(t, "go.work")
	var used []string
	for _, m := range useLine.FindAllStringSubmatch(work, -1) {
		used = append(used, m[1])
	}
	version := goLine.FindStringSubmatch(work)[1]
	for _, path := range sources(t, ".mod") {
		dir := filepath.ToSlash(filepath.Dir(path))
		if !slices.Contains(apart, dir) && !slices.Contains(used, dir) {
			t.Errorf("%s is not in go.work", path)
		}
		text := read(t, path)
		if got := goLine.FindStringSubmatch(text); got == nil || got[1] != version && dir != "tools/images" {
			t.Errorf("%s does not say go %s", path, version)
		}
		for _, m := range ownLine.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(text, m[1]+" => ") {
				t.Errorf("%s requires %s and does not say where it lies", path, m[1])
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
