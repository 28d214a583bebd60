package main

import (
	"slices"

	"dcm.io/shared/event"
)

// triggers makes eventing/triggers/<function>.yaml: one Trigger for each type
// that the function is owed.
func triggers(facts []fact) (outputs, error) {
	out := outputs{}
	for _, f := range consumers(facts) {
		text, err := fill("triggers.yaml.tmpl", map[string]any{"Function": f, "Facts": owedTo(f, facts)})
		if err != nil {
			return nil, err
		}
		out["eventing/triggers/"+string(f)+".yaml"] = text
	}
	return out, nil
}

// consumers are the functions that are owed anything, in the order of the flow.
func consumers(facts []fact) []event.Function {
	var fs []event.Function
	for _, f := range facts {
		for _, to := range f.To {
			if !slices.Contains(fs, to) {
				fs = append(fs, to)
			}
		}
	}
	return fs
}

// producers are the functions that record anything, in the order of the flow.
func producers(facts []fact) []event.Function {
	var fs []event.Function
	for _, f := range facts {
		if !slices.Contains(fs, f.From) {
			fs = append(fs, f.From)
		}
	}
	return fs
}

func owedTo(c event.Function, facts []fact) []fact {
	return keep(facts, func(f fact) bool { return slices.Contains(f.To, c) })
}

func recordedBy(p event.Function, facts []fact) []fact {
	return keep(facts, func(f fact) bool { return f.From == p })
}

// announced are the facts that go over the broker: those that somebody is owed.
func announced(facts []fact) []fact {
	return keep(facts, func(f fact) bool { return len(f.To) > 0 })
}

func keep(facts []fact, wanted func(fact) bool) []fact {
	var kept []fact
	for _, f := range facts {
		if wanted(f) {
			kept = append(kept, f)
		}
	}
	return kept
}
