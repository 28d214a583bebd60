package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dcm.io/shared/event"
)

const repository = "../../.."

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	if err := run(repository, true); err != nil {
		t.Error(err)
	}
}

func TestGenerateIsDeterministic(t *testing.T) {
	t.Parallel()
	first, err := generate(repository, event.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := generate(repository, event.Catalog)
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("the same catalogue gave other files (%v)", err)
		}
	}
}

func TestDiffering(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	want := outputs{"docs/same.md": []byte("a"), "docs/changed.md": []byte("b"), "eventing/triggers/missing.yaml": []byte("c")}
	before := outputs{"docs/same.md": []byte("a"), "docs/changed.md": []byte("B"), "docs/foreign.md": []byte("d"), "eventing/triggers/left-over.yaml": []byte("e")}
	if err := before.write(root, []string{"docs/same.md", "docs/changed.md", "docs/foreign.md", "eventing/triggers/left-over.yaml"}); err != nil {
		t.Fatal(err)
	}

	stale, err := want.differing(root)
	if err != nil {
		t.Fatal(err)
	}
	if expected := []string{"docs/changed.md", "eventing/triggers/left-over.yaml", "eventing/triggers/missing.yaml"}; !reflect.DeepEqual(stale, expected) {
		t.Errorf("got %v, want %v", stale, expected)
	}

	if err := want.write(root, stale); err != nil {
		t.Fatal(err)
	}
	if stale, err = want.differing(root); err != nil || len(stale) > 0 {
		t.Errorf("after writing, %v differ (%v)", stale, err)
	}
	if _, err := os.Stat(filepath.Join(root, "docs/foreign.md")); err != nil {
		t.Errorf("a file of somebody else's is gone: %v", err)
	}
}

func TestDescribeType(t *testing.T) {
	t.Parallel()
	type inner struct {
		Word string `json:"word"`
	}
	commented := docs{"inner.Word": "one"}
	cases := map[string]struct {
		reason string
		zero   any
		docs   docs
		want   string
	}{
		"Documented":     {"nothing is missing", inner{}, commented, ""},
		"WithoutComment": {"comments become descriptions", inner{}, docs{}, "no comment"},
		"WithoutTag":     {"Go's names are not the wire's", struct{ Word string }{}, commented, "no name on the wire"},
		"Float":          {"money and sizes are integers", 1.5, commented, "no form on the wire"},
		"Pointer":        {"a zero value will do", &inner{}, commented, "no form on the wire"},
		"InAList":        {"lists are looked into", [][]float64{}, commented, "no form on the wire"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := describeType(reflect.TypeOf(c.zero), c.docs)
			if c.want == "" && err != nil {
				t.Errorf("got %v: %s", err, c.reason)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q: %s", err, c.want, c.reason)
			}
		})
	}
}
