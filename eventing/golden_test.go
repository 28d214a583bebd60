package eventing_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// A golden is a CloudEvent in structured mode, in the order of its file.
type golden struct {
	SpecVersion     string          `json:"specversion"`
	ID              uuid.UUID       `json:"id"`
	Source          string          `json:"source"`
	Type            event.Type      `json:"type"`
	Subject         uuid.UUID       `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	TenantID        uuid.UUID       `json:"tenantid"`
	CausationID     string          `json:"causationid"`
	CorrelationID   string          `json:"correlationid"`
	PartitionKey    uuid.UUID       `json:"partitionkey"`
	TraceParent     string          `json:"traceparent"`
	Data            json.RawMessage `json:"data"`
}

// TestGolden is the promise that what was recorded once is readable for ever.
// The files are never edited: a fact that does not fit its file any more needs a
// new version beside the old one.
func TestGolden(t *testing.T) {
	t.Parallel()
	schemas := compileSchemas(t)
	for _, e := range event.Catalog {
		typ := e.Zero.EventType()
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			text := readGolden(t, typ)
			var g golden
			decodeStrictly(t, text, &g)
			if g.SpecVersion != "1.0" || g.Type != typ || g.DataContentType != "application/json" || g.PartitionKey != g.Subject {
				t.Errorf("the attributes are not those of %s: %+v", typ, g)
			}
			if e.From != event.Anyone && g.Source != "/functions/"+string(e.From) {
				t.Errorf("source is %s, but %s records it", g.Source, e.From)
			}

			fact := reflect.New(reflect.TypeOf(e.Zero))
			decodeStrictly(t, g.Data, fact.Interface())
			if err := schemas[typ].Validate(instance(t, g.Data)); err != nil {
				t.Errorf("the schema refuses it: %v", err)
			}

			data, err := event.Encode(fact.Elem().Interface().(event.Fact))
			if err != nil {
				t.Fatal(err)
			}
			g.Data = data
			if got := encodeGolden(t, g); !bytes.Equal(got, text) {
				t.Errorf("it is written differently now:\n%s\nbefore:\n%s", got, text)
			}
			if loaded, err := event.Decode(typ, data); err != nil || !reflect.DeepEqual(loaded, fact.Elem().Interface()) {
				t.Errorf("it loads as %+v, %v", loaded, err)
			}
		})
	}
}

func TestNoGoldenWithoutFact(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := event.Decode(event.Type(trimExt(filepath.Base(name))), []byte("{}")); errors.Is(err, event.ErrUnknownType) {
			t.Errorf("%s: its fact has left the catalogue, but not the logs of our customers", name)
		}
	}
}

func readGolden(t *testing.T, typ event.Type) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", string(typ)+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("no golden event of %s: write eventing/testdata/%s.json as it would be announced", typ, typ)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decodeStrictly(t *testing.T, text []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("decode into %T: %v", into, err)
	}
}

func encodeGolden(t *testing.T, g golden) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func trimExt(name string) string { return name[:len(name)-len(filepath.Ext(name))] }
