package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// fields reads the data of a fact as it is, whether this release knows its type
// or not. Numbers stay as they were written.
func fields(data []byte) (map[string]any, error) {
	out := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("read a fact's data: %w", err)
	}
	return out, nil
}

// boxes replaces every sealed text in v, however deep, by what open makes of it.
// An event.Sealed that open gives back stays to be opened later.
func boxes(v map[string]any, open func(event.Sealed) any) {
	for name, value := range v {
		v[name] = unboxed(value, open)
	}
}

func unboxed(v any, open func(event.Sealed) any) any {
	switch v := v.(type) {
	case event.Sealed:
		return open(v)
	case map[string]any:
		if s, ok := sealedIn(v); ok {
			return open(s)
		}
		boxes(v, open)
	case []any:
		for i := range v {
			v[i] = unboxed(v[i], open)
		}
	}
	return v
}

// sealedIn recognizes how event.Sealed is written: an object of a person and a
// box, and nothing else.
func sealedIn(v map[string]any) (event.Sealed, bool) {
	person, ok := v["person"].(string)
	box, boxed := v["box"].(string)
	if !ok || !boxed || len(v) != 2 {
		return event.Sealed{}, false
	}
	id, err := uuid.Parse(person)
	if err != nil {
		return event.Sealed{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(box)
	if err != nil {
		return event.Sealed{}, false
	}
	return event.Sealed{Person: id, Box: raw}, true
}
