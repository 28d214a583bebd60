package main

import "dcm.io/shared/event"

// asyncAPI makes eventing/asyncapi.yaml: what goes over the broker, for those
// who want to listen.
func asyncAPI(facts []fact) (outputs, error) {
	type side struct {
		Function event.Function
		Facts    []fact
	}
	facts = announced(facts)
	var records, owed []side
	for _, f := range producers(facts) {
		records = append(records, side{f, recordedBy(f, facts)})
	}
	for _, f := range consumers(facts) {
		owed = append(owed, side{f, owedTo(f, facts)})
	}
	text, err := fill("asyncapi.yaml.tmpl", map[string]any{"Facts": facts, "Records": records, "Owed": owed})
	if err != nil {
		return nil, err
	}
	return outputs{"eventing/asyncapi.yaml": text}, nil
}
