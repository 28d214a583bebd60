// Package dossier writes everything that DCM knows about a person: as JSON for
// programs, as a page for people. It writes row by row, so that a long history
// takes no more memory than a short one.
package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"
)

// A Head says what a dossier is.
type Head struct {
	Tenant string // name of the organisation
	Person string // id
	Name   string // empty if erased
	Locale string // de or en
	At     time.Time
}

// A Part is a chapter. An error of Rows ends the writing.
type Part struct {
	Key  string // in JSON; its title is a text of the locale
	Rows iter.Seq2[Row, error]
}

// A Row is one thing that is known, its fields in order.
type Row []Field

// A Field of a row. Null values are known to be empty.
type Field struct {
	Key   string
	Value any // a text, a number, a truth value, a time, or what JSON makes of it
}

// MarshalJSON writes the fields in their order.
func (r Row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(f.Value)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Key, err)
		}
		fmt.Fprintf(&b, "%q:%s", f.Key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// JSON writes a dossier as one object. It ends with "complete": true; one that
// was cut off does not.
func JSON(w io.Writer, h Head, parts []Part) error {
	t := textsOf(h.Locale)
	head := Row{{"format", "dcm-personal-data/1"}, {"organisation", h.Tenant}, {"person", h.Person}, {"created_at", h.At.UTC()}, {"note", t.note}}
	out := &sticky{w: w}
	out.text("{\n")
	for _, f := range head {
		out.member(f.Key)
		out.value(f.Value)
		out.text(",\n")
	}
	for _, p := range parts {
		out.member(p.Key)
		out.text("[")
		comma := "\n  "
		for row, err := range p.Rows {
			if err != nil {
				return err
			}
			out.text(comma)
			out.value(row)
			comma = ",\n  "
		}
		out.text("],\n")
	}
	out.text("\"complete\": true\n}\n")
	return out.err
}

// A sticky writer remembers its first error.
type sticky struct {
	w   io.Writer
	err error
}

func (s *sticky) text(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.w, text)
	}
}

func (s *sticky) member(key string) { s.text(fmt.Sprintf("%q: ", key)) }

func (s *sticky) value(v any) {
	text, err := json.Marshal(v)
	if s.err == nil {
		s.err = err
	}
	s.text(string(text))
}
