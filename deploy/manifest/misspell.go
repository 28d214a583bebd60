package manifest

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// Misspelled gives the document again and again, each time with another of its
// field names misspelled, and the path of that field. A check worth its name
// refuses every one of them.
//
// Names below freeForm, which end paths like "metadata.labels", are the author's
// to choose and so are not misspelled.
func (o Object) Misspelled(freeForm []string) iter.Seq2[string, Object] {
	return func(yield func(string, Object) bool) {
		wrong := o
		wrong.Fields = runtime.DeepCopyJSON(o.Fields)
		misspell(wrong.Fields, "", freeForm, func(path string) bool { return yield(path, wrong) })
	}
}

// misspell changes one name below value at a time, shows the whole, and puts the
// name back.
func misspell(value any, path string, freeForm []string, show func(string) bool) bool {
	if slices.ContainsFunc(freeForm, func(end string) bool { return path == end || strings.HasSuffix(path, "."+end) }) {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range names(v) {
			field, below := v[name], strings.TrimPrefix(path+"."+name, ".")
			delete(v, name)
			v[name+"x"] = field
			more := show(below)
			delete(v, name+"x")
			v[name] = field
			if !more || !misspell(field, below, freeForm, show) {
				return false
			}
		}
	case []any:
		for i, element := range v {
			if !misspell(element, path+"."+strconv.Itoa(i), freeForm, show) {
				return false
			}
		}
	}
	return true
}

func names(m map[string]any) []string {
	all := make([]string, 0, len(m))
	for name := range m {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
