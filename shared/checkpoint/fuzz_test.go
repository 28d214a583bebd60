package checkpoint_test

import (
	"bytes"
	"reflect"
	"testing"

	"dcm.io/shared/checkpoint"
)

// FuzzNote: whatever is offered, only what was signed is believed.
func FuzzNote(f *testing.F) {
	s, k := draw(f)
	stranger, _ := draw(f)
	signed := sign(f, s, restored(acme))
	f.Add(signed)
	f.Add(bytes.ReplaceAll(signed, []byte("1200"), []byte("1201")))
	f.Add(append(bytes.Clone(signed), signed...))
	f.Add(sign(f, stranger, sample(acme)))
	f.Add([]byte("a/b\n1\n\nat \nepoch \n\n— x y=\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, _, err := (checkpoint.Keys{k}).Open(b); err == nil && !reflect.DeepEqual(c, restored(acme)) {
			t.Errorf("%q was believed to say %+v", b, c)
		}
		if c, err := checkpoint.Peek(b); err == nil && c.Size < 0 {
			t.Errorf("%q has %d facts", b, c.Size)
		}
	})
}

// FuzzKeys: what is read as keys is written as such again.
func FuzzKeys(f *testing.F) {
	_, k := draw(f)
	f.Add(k.String())
	f.Add(k.String() + ", " + k.String() + "\n")
	f.Add("a+b+c")
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := checkpoint.ParseKeys(text)
		for _, k := range keys {
			if again, err2 := checkpoint.ParseKey(k.String()); err != nil || err2 != nil || again.String() != k.String() {
				t.Errorf("%q was read as %s, and that as %s: %v, %v", text, k, again, err, err2)
			}
		}
	})
}
