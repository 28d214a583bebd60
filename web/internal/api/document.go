package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// huma keeps how errors look, and whether lists may be null, for the process.
var conventions = sync.OnceFunc(func() {
	huma.NewError = newProblem
	huma.NewErrorWithContext = newProblemIn
	huma.DefaultArrayNullable = false
})

func configuration() huma.Config {
	conventions()
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "DCM portal", Version: "1",
				Description: "Ask for virtual machines, decide on requests, prove what happened.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: "__Host-dcm", Description: "Made by GET /auth/login. Requests that change something also need the header X-DCM-Request: 1."},
					"bearer":  {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token of the tenant's issuer."},
				},
			},
			Security: []map[string][]string{{"session": {}}, {"bearer": {}}},
		},
		Formats: map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
	}
}

// document writes the OpenAPI document, the same bytes every time.
func document(h huma.API) []byte {
	orNull(h.OpenAPI().Components.Schemas)
	compact, err := json.Marshal(h.OpenAPI())
	if err != nil {
		panic(err) // it is made of our own types
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		panic(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// orNull says of every field that is a pointer to a structure that it may be
// null; huma does so only for plain values.
func orNull(r huma.Registry) {
	for name, schema := range r.Map() {
		t := r.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			if f.Type.Kind() != reflect.Pointer || f.Type.Elem().Kind() != reflect.Struct || f.Type.Elem() == reflect.TypeFor[time.Time]() {
				continue
			}
			field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if p := schema.Properties[field]; p != nil && p.Ref != "" {
				schema.Properties[field] = &huma.Schema{AnyOf: []*huma.Schema{p, {Type: "null"}}}
			}
		}
	}
}
