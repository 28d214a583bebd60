// Package eventing holds what is written down about facts for everybody outside
// the functions: the Broker and its Triggers, the schemas, and one frozen example
// of each fact. All but the Broker and the examples is generated from
// shared/event by cmd/eventgen. No function imports it.
package eventing

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
)

//go:generate go run ./cmd/eventgen
//go:generate go run ./cmd/authzgen

//go:embed broker.yaml triggers/*.yaml
var manifests embed.FS

// Manifests returns the Broker and every Trigger as one YAML stream: the routing
// that is deployed, for whoever runs a broker of their own.
func Manifests() []byte {
	var b bytes.Buffer
	for _, pattern := range []string{"broker.yaml", "triggers/*.yaml"} {
		names, err := fs.Glob(manifests, pattern) // in the order of their names
		if err != nil {
			panic(fmt.Sprintf("eventing: %s: %v", pattern, err)) // the pattern is a constant above
		}
		for _, name := range names {
			text, err := manifests.ReadFile(name)
			if err != nil {
				panic(fmt.Sprintf("eventing: %s: %v", name, err)) // it was embedded
			}
			b.WriteString("---\n")
			b.Write(text)
		}
	}
	return b.Bytes()
}
