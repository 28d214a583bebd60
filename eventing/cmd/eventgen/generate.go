package main

import (
	"path/filepath"

	"dcm.io/shared/event"
)

// generate makes every file that follows from the catalogue.
func generate(root string, catalog []event.Entry) (outputs, error) {
	docs, err := readDocs(filepath.Join(root, "shared", "event"))
	if err != nil {
		return nil, err
	}
	facts, err := describe(catalog, docs)
	if err != nil {
		return nil, err
	}
	all := outputs{}
	for _, emit := range []func([]fact) (outputs, error){
		jsonSchemas, avroSchemas, triggers, eventTypes, kustomization, asyncAPI, flow, typeScript,
	} {
		files, err := emit(facts)
		if err != nil {
			return nil, err
		}
		all.add(files)
	}
	return all, nil
}
