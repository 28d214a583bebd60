package main

import (
	"fmt"
	"reflect"
	"strings"

	"dcm.io/shared/event"
)

// A fact is a row of the catalogue, described for the emitters.
type fact struct {
	Type event.Type
	From event.Function
	To   []event.Function
	Says string
	Data *record
}

// Short is the type without what all types share: request.submitted.
func (f fact) Short() string {
	s := strings.TrimPrefix(string(f.Type), "io.dcm.")
	return s[:strings.LastIndexByte(s, '.')]
}

// Slug is the type as a Kubernetes name: request-submitted-v1.
func (f fact) Slug() string {
	return strings.ReplaceAll(strings.TrimPrefix(string(f.Type), "io.dcm."), ".", "-")
}

// describe reads the shape of every fact, and insists that it is documented.
func describe(catalog []event.Entry, d docs) ([]fact, error) {
	facts := make([]fact, len(catalog))
	for i, e := range catalog {
		data, err := describeType(reflect.TypeOf(e.Zero), d)
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", e.Zero.EventType(), err)
		}
		if e.Says == "" || data.record.Doc == "" {
			return nil, fmt.Errorf("describe %s: nothing says what it is", e.Zero.EventType())
		}
		facts[i] = fact{Type: e.Zero.EventType(), From: e.From, To: e.To, Says: e.Says, Data: data.record}
	}
	return facts, nil
}
