package archtest

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// R12. Every port has one suite, and every implementation runs it.
var suites = map[string][]string{
	"dcm.io/shared/eventlog/eventlogtest": {
		"shared/eventlog/memory", "shared/eventlog/pglog", "shared/eventlog/traced",
	},
	"dcm.io/functions/provision/internal/hypervisor/hypervisortest": {
		"functions/provision/internal/hypervisor/memory", "functions/provision/internal/hypervisor/traced", "functions/provision/internal/vsphere",
	},
}

func TestImplementationsRunTheirSuite(t *testing.T) {
	t.Parallel()
	for suite, implementations := range suites {
		for _, dir := range implementations {
			t.Run(dir, func(t *testing.T) {
				t.Parallel()
				if !slices.Contains(testImports(t, dir), suite) {
					t.Errorf("no test of %s runs %s", dir, suite)
				}
			})
		}
	}
}

// testImports lists what the tests in dir import.
func testImports(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(repository, dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports = append(imports, path)
		}
	}
	return imports
}
