package event_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dcm.io/shared/event"
)

var (
	functions = []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.AuditExport}
	producers = append([]event.Function{event.Web, event.Operator, event.Anyone}, functions...)
)

func TestTypes(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^io\.dcm\.[a-z]+\.[a-z]+\.v[1-9][0-9]*$`)
	seen := map[event.Type]bool{}
	for _, e := range event.Catalog {
		typ := e.Zero.EventType()
		if !form.MatchString(string(typ)) {
			t.Errorf("%s is not io.dcm.<noun>.<participle>.v<n>", typ)
		}
		if seen[typ] {
			t.Errorf("%s is there twice", typ)
		}
		seen[typ] = true
		if e.Says == "" {
			t.Errorf("nothing says what %s means", typ)
		}
	}
}

func TestProducersAndConsumers(t *testing.T) {
	t.Parallel()
	for _, e := range event.Catalog {
		typ := e.Zero.EventType()
		if !slices.Contains(producers, e.From) {
			t.Errorf("%s is recorded by %q, which does not exist", typ, e.From)
		}
		for i, to := range e.To {
			if !slices.Contains(functions, to) {
				t.Errorf("%s is owed to %q, which does not exist or cannot be woken", typ, to)
			}
			if slices.Contains(e.To[:i], to) {
				t.Errorf("%s is owed to %s twice", typ, to)
			}
		}
	}
}

// What a function causes must never come back to it: the broker would ring for
// ever. So the graph from producers to consumers has no way back.
func TestNoCycle(t *testing.T) {
	t.Parallel()
	tells := map[event.Function][]event.Function{}
	for _, e := range event.Catalog {
		from := []event.Function{e.From}
		if e.From == event.Anyone {
			from = functions
		}
		for _, f := range from {
			tells[f] = append(tells[f], e.To...)
		}
	}
	for _, f := range producers {
		if path := wayBack(tells, f, f, nil); path != nil {
			t.Errorf("%s hears of what it caused: %v", f, path)
		}
	}
}

// wayBack finds a path from at to home, nil if there is none.
func wayBack(tells map[event.Function][]event.Function, at, home event.Function, path []event.Function) []event.Function {
	path = append(slices.Clone(path), at)
	for _, next := range tells[at] {
		if next == home {
			return append(path, home)
		}
		if slices.Contains(path, next) {
			continue
		}
		if found := wayBack(tells, next, home, path); found != nil {
			return found
		}
	}
	return nil
}

func TestEveryFactIsListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, e := range event.Catalog {
		listed[reflect.TypeOf(e.Zero).Name()] = true
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, fact := range factsIn(file) {
			if !listed[fact] {
				t.Errorf("%s is a fact, but not in the catalogue", fact)
			}
		}
	}
}

// factsIn names the types that have an EventType method in file.
func factsIn(file *ast.File) []string {
	var names []string
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || f.Name.Name != "EventType" {
			continue
		}
		if typ, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
			names = append(names, typ.Name)
		}
	}
	return names
}

func TestLookups(t *testing.T) {
	t.Parallel()
	granted := event.ApprovalGranted{}.EventType()
	if got := event.Consumers(granted); !slices.Equal(got, []event.Function{event.Provision, event.Notify}) {
		t.Errorf("approval.granted is owed to %v", got)
	}
	if got := event.Consumers("io.dcm.moon.landed.v1"); got != nil {
		t.Errorf("an unknown fact is owed to %v", got)
	}
	for _, f := range functions {
		for _, typ := range event.ConsumedBy(f) {
			if !slices.Contains(event.Consumers(typ), f) {
				t.Errorf("ConsumedBy and Consumers disagree about %s and %s", f, typ)
			}
		}
	}
	if got := event.ConsumedBy(event.Web); got != nil {
		t.Errorf("web is owed %v, and nobody would wake it", got)
	}
}

func TestMayRecord(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		by     event.Function
		typ    event.Type
		want   bool
	}{
		"Producer":      {"every fact has one producer", event.Approve, event.ApprovalGranted{}.EventType(), true},
		"SomebodyElse":  {"and no other", event.Submit, event.ApprovalGranted{}.EventType(), false},
		"AnyoneRefuses": {"every function may say that it refused", event.Provision, event.AccessDenied{}.EventType(), true},
		"UnknownFact":   {"what is not in the catalogue is recorded by nobody", event.Submit, "io.dcm.moon.landed.v1", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := event.MayRecord(c.by, c.typ); got != c.want {
				t.Errorf("got %t: %s", got, c.reason)
			}
		})
	}
}

// Facts are for ever, so the participle must read as one: no "request.submit".
func TestTypesAreInThePast(t *testing.T) {
	t.Parallel()
	irregular := []string{"read", "sent", "withdrawn"}
	for _, e := range event.Catalog {
		participle := strings.Split(string(e.Zero.EventType()), ".")[3]
		if !strings.HasSuffix(participle, "ed") && !slices.Contains(irregular, participle) {
			t.Errorf("%s does not say what happened", e.Zero.EventType())
		}
	}
}
