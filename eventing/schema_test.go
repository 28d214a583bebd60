package eventing_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"dcm.io/shared/event"
	"github.com/hamba/avro/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The emptiest fact that Go can write shows every null and every absent field.
func TestSchemaAcceptsTheEmptiestFact(t *testing.T) {
	t.Parallel()
	for typ, schema := range compileSchemas(t) {
		fact, err := event.Decode(typ, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		data, err := event.Encode(fact)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance(t, data)); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	schemas := compileSchemas(t)
	cases := map[string]struct {
		reason, typ, data string
		valid             bool
	}{
		"Complete":     {"as the golden event", "io.dcm.request.withdrawn.v1", `{"by":"25981fb1-f91d-59f8-8023-446711986d14"}`, true},
		"NewField":     {"a newer release may write more", "io.dcm.request.withdrawn.v1", `{"by":"25981fb1-f91d-59f8-8023-446711986d14","why":"x"}`, true},
		"MissingField": {"what is not optional is required", "io.dcm.request.withdrawn.v1", `{}`, false},
		"NotAnID":      {"formats are part of the contract", "io.dcm.request.withdrawn.v1", `{"by":"ada"}`, false},
		"WrongType":    {"types are, too", "io.dcm.request.withdrawn.v1", `{"by":7}`, false},
		"NotATime":     {"times are in RFC 3339", "io.dcm.approval.expired.v1", `{"due_at":"tomorrow"}`, false},
		"InARecord":    {"records within are checked", "io.dcm.approval.rejected.v1", `{"by":"25981fb1-f91d-59f8-8023-446711986d14","reason":{"person":"ada","box":""}}`, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := schemas[event.Type(c.typ)].Validate(instance(t, []byte(c.data)))
			if (err == nil) != c.valid {
				t.Errorf("got %v, want valid %t: %s", err, c.valid, c.reason)
			}
		})
	}
}

func TestAvroSchemas(t *testing.T) {
	t.Parallel()
	for _, e := range event.Catalog {
		text, err := os.ReadFile(filepath.Join("schemas", string(e.Zero.EventType())+".avsc"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := avro.ParseBytesWithCache(text, "", &avro.SchemaCache{}); err != nil {
			t.Errorf("%s: %v", e.Zero.EventType(), err)
		}
	}
}

func compileSchemas(t *testing.T) map[event.Type]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.AssertContent()
	schemas := map[event.Type]*jsonschema.Schema{}
	for _, e := range event.Catalog {
		typ := e.Zero.EventType()
		text, err := os.ReadFile(filepath.Join("schemas", string(typ)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("urn:dcm:schema:"+string(typ), instance(t, text)); err != nil {
			t.Fatal(err)
		}
		if schemas[typ], err = c.Compile("urn:dcm:schema:" + string(typ)); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

func instance(t *testing.T, text json.RawMessage) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
