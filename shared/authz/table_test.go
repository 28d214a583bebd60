package authz

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// An action that the policy has never heard of is refused to everybody; better
// to hear of it here.
func TestEveryActionIsInThePolicy(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "action.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Action" {
			return true
		}
		lit, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s is not a plain string", spec.Names[0].Name)
		}
		name, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := table[Action(name)]; !ok {
			t.Errorf("%s (%s) is not in policy.rego", spec.Names[0].Name, name)
		}
		seen++
		return true
	})
	if seen != len(table) {
		t.Errorf("action.go has %d actions, the policy %d", seen, len(table))
	}
}
