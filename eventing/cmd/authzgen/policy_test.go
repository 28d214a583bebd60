package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
)

const policyDir = "../../../shared/authz"

// TestRego runs policy_test.rego as `opa test` would.
func TestRego(t *testing.T) {
	t.Parallel()
	modules := map[string]*ast.Module{}
	for _, name := range []string{"policy.rego", "policy_test.rego"} {
		src, err := os.ReadFile(filepath.Join(policyDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if modules[name], err = ast.ParseModule(name, string(src)); err != nil {
			t.Fatal(err)
		}
	}
	results, err := tester.NewRunner().SetStore(inmem.New()).SetModules(modules).RunTests(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for r := range results {
		ran++
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			if !r.Pass() {
				t.Errorf("%s: %v", r.Location, r)
			}
		})
	}
	if ran == 0 {
		t.Error("policy_test.rego has no tests")
	}
}

func TestTableIsUpToDate(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), policyDir, true); err != nil {
		t.Error(err)
	}
}

func TestPolicyThatIsNoUnion(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, rule string }{
		"RoleTakesAway": {
			"an auditor who is also a user would lose a right",
			`allow if { "user" in input.roles; not "auditor" in input.roles }`,
		},
		"RolesMultiply": {
			"two roles together would have a right that neither has",
			`allow if { "user" in input.roles; "auditor" in input.roles }`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "policy.rego")
			src := "package dcm.authz\nroles := [\"user\", \"auditor\"]\nrelations := [\"self\"]\nactions := [\"request.read\"]\ndefault allow := false\n" + c.rule
			if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
				t.Fatal(err)
			}
			p, err := loadPolicy(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := decideAll(t.Context(), p); err == nil || !strings.Contains(err.Error(), "union") {
				t.Errorf("got %v, want a refusal: %s", err, c.reason)
			}
		})
	}
}
