package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A kind is what a value is on the wire.
type kind int

const (
	kindText kind = iota
	kindBool
	kindInteger
	kindUUID
	kindTime
	kindBytes  // base64
	kindObject // with names of its own
	kindList
	kindRecord
)

// A shape describes a Go type as it is written in JSON.
type shape struct {
	kind   kind
	of     *shape  // of a list
	record *record // of a record
}

// nullable reports whether Go may write null: it does for a list, an object or
// bytes that were never set.
func (s shape) nullable() bool {
	return s.kind == kindList || s.kind == kindObject || s.kind == kindBytes
}

// A record is a struct.
type record struct {
	Name, Doc string
	Fields    []field
}

// A field is a field of a record; an optional one may be absent.
type field struct {
	Name, Doc string
	Optional  bool
	Shape     shape
}

var (
	typeUUID  = reflect.TypeFor[uuid.UUID]()
	typeTime  = reflect.TypeFor[time.Time]()
	typeBytes = reflect.TypeFor[[]byte]()
	typeAny   = reflect.TypeFor[map[string]any]()
)

func describeType(t reflect.Type, d docs) (shape, error) {
	switch t {
	case typeUUID:
		return shape{kind: kindUUID}, nil
	case typeTime:
		return shape{kind: kindTime}, nil
	case typeBytes:
		return shape{kind: kindBytes}, nil
	case typeAny:
		return shape{kind: kindObject}, nil
	}
	switch t.Kind() { //nolint:exhaustive // what is not listed is refused
	case reflect.String:
		return shape{kind: kindText}, nil
	case reflect.Bool:
		return shape{kind: kindBool}, nil
	case reflect.Int, reflect.Int64:
		return shape{kind: kindInteger}, nil
	case reflect.Slice:
		of, err := describeType(t.Elem(), d)
		return shape{kind: kindList, of: &of}, err
	case reflect.Struct:
		return describeStruct(t, d)
	default:
		return shape{}, fmt.Errorf("%s has no form on the wire", t)
	}
}

func describeStruct(t reflect.Type, d docs) (shape, error) {
	r := &record{Name: t.Name(), Doc: d[t.Name()]}
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" || tag == "-" {
			return shape{}, fmt.Errorf("field %s.%s has no name on the wire", t.Name(), f.Name)
		}
		s, err := describeType(f.Type, d)
		if err != nil {
			return shape{}, fmt.Errorf("field %s.%s: %w", t.Name(), f.Name, err)
		}
		doc := d[t.Name()+"."+f.Name]
		if doc == "" {
			return shape{}, fmt.Errorf("field %s.%s has no comment", t.Name(), f.Name)
		}
		optional := strings.Contains(options, "omitzero") || strings.Contains(options, "omitempty")
		r.Fields = append(r.Fields, field{Name: tag, Doc: doc, Optional: optional, Shape: s})
	}
	return shape{kind: kindRecord, record: r}, nil
}
