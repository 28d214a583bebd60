package main

// eventTypes makes eventing/eventtypes/<function>.yaml, for the facts that go
// over the broker; kubectl get eventtypes shows them.
func eventTypes(facts []fact) (outputs, error) {
	out := outputs{}
	facts = announced(facts)
	for _, f := range producers(facts) {
		text, err := fill("eventtypes.yaml.tmpl", map[string]any{"Function": f, "Facts": recordedBy(f, facts)})
		if err != nil {
			return nil, err
		}
		out["eventing/eventtypes/"+string(f)+".yaml"] = text
	}
	return out, nil
}
