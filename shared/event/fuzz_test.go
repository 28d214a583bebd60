package event

import (
	"reflect"
	"strings"
	"testing"
)

// FuzzDecode: what can be read of a fact is written again as something that reads
// the same. Seeds are the facts of the catalogue.
func FuzzDecode(f *testing.F) {
	for i, e := range Catalog {
		data, err := Encode(e.Zero)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint(i), data)
	}
	f.Fuzz(func(t *testing.T, n uint, data []byte) {
		kind := Catalog[n%uint(len(Catalog))].Zero.EventType()
		fact, err := Decode(kind, data)
		if err != nil {
			return
		}
		written, err := Encode(fact)
		if err != nil {
			t.Fatalf("%s was read and cannot be written: %v", kind, err)
		}
		again, err := Decode(kind, written)
		if err != nil {
			t.Fatalf("%s cannot be read again: %v", written, err)
		}
		rewritten, err := Encode(again)
		if err != nil || string(rewritten) != string(written) {
			t.Errorf("%s becomes %s, %v", written, rewritten, err)
		}
		if fact.EventType() != kind || reflect.TypeOf(again) != reflect.TypeOf(fact) {
			t.Errorf("%s was read as %s", kind, fact.EventType())
		}
	})
}

// FuzzParseActor: what the log stores of an actor reads as the same actor.
func FuzzParseActor(f *testing.F) {
	f.Add("person:0197f3a0-0000-5000-8000-000000000001")
	f.Add("function:submit")
	f.Add("::")
	f.Fuzz(func(t *testing.T, s string) {
		if a := ParseActor(s); strings.Contains(s, ":") && a.String() != s || ParseActor(a.String()) != a {
			t.Errorf("%q is read as %+v", s, a)
		}
	})
}
