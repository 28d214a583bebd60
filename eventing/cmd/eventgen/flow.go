package main

import (
	"strings"

	"dcm.io/shared/event"
)

// An edge is everything that one function tells another.
type edge struct {
	From, To event.Function
	Facts    []fact
}

// Label lists the facts for a diagram.
func (e edge) Label() string {
	names := make([]string, len(e.Facts))
	for i, f := range e.Facts {
		names[i] = f.Short()
	}
	return strings.Join(names, "<br/>")
}

// flow makes docs/FLOW.md, for people.
func flow(facts []fact) (outputs, error) {
	var edges []edge
	for _, p := range producers(facts) {
		for _, c := range consumers(facts) {
			if told := owedTo(c, recordedBy(p, facts)); len(told) > 0 {
				edges = append(edges, edge{p, c, told})
			}
		}
	}
	text, err := fill("FLOW.md.tmpl", map[string]any{"Facts": facts, "Edges": edges})
	if err != nil {
		return nil, err
	}
	return outputs{"docs/FLOW.md": text}, nil
}
