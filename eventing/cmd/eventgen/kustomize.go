package main

// kustomization makes eventing/kustomization.yaml, so that an overlay can name
// this directory as a resource.
func kustomization(facts []fact) (outputs, error) {
	text, err := fill("kustomization.yaml.tmpl", map[string]any{
		"Consumers": consumers(facts), "Producers": producers(announced(facts)),
	})
	if err != nil {
		return nil, err
	}
	return outputs{"eventing/kustomization.yaml": text}, nil
}
