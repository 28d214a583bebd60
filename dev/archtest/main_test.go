package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// R2. Every main hands its name and its run to function.Main and does nothing
// else.
func TestMainsAreAlike(t *testing.T) {
	t.Parallel()
	for name, dir := range binaries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, dir, "main.go"), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			body := bodyOf(file, "main")
			if body == nil || len(body.List) != 1 {
				t.Fatal("main is to be one statement")
			}
			call, ok := statementCall(body.List[0])
			if !ok || selector(call.Fun) != "function.Main" || len(call.Args) != 2 {
				t.Fatalf("main is to be function.Main(%q, run)", name)
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); !ok || lit.Value != strconv.Quote(name) {
				t.Errorf("the name given to function.Main is not %q", name)
			}
			if run, ok := call.Args[1].(*ast.Ident); !ok || run.Name != "run" || bodyOf(file, "run") == nil {
				t.Error("what function.Main is given is to be run, in the same file")
			}
		})
	}
}

// R2. One place ends the process, so that everything else is closed on the way.
func TestNothingElseExits(t *testing.T) {
	t.Parallel()
	exits := map[string]bool{"os.Exit": true, "syscall.Exit": true, "log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true}
	for _, path := range sources(t, ".go") {
		if strings.HasSuffix(path, "_test.go") || under(path, "dev") || under(path, "tools") || strings.Contains(path, "/cmd/") || path == "shared/function/main.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && exits[selector(call.Fun)] {
				t.Errorf("%s calls %s: return an error, function.Main exits", path, selector(call.Fun))
			}
			return true
		})
	}
}

func bodyOf(file *ast.File, name string) *ast.BlockStmt {
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f.Body
		}
	}
	return nil
}

func statementCall(s ast.Stmt) (*ast.CallExpr, bool) {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return nil, false
	}
	call, ok := e.X.(*ast.CallExpr)
	return call, ok
}

// selector writes x.Sel; empty for anything else.
func selector(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}
