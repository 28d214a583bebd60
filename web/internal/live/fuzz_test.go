package live

import "testing"

// FuzzPlace: where a browser says it was is a place, written as we write it, or
// nowhere.
func FuzzPlace(f *testing.F) {
	f.Add("731.12")
	f.Add("18446744073709551615.9223372036854775807")
	f.Add("+1.-0")
	f.Fuzz(func(t *testing.T, id string) {
		p, ok := placeOf(id)
		if !ok {
			return
		}
		if again, ok := placeOf(idOf(p)); !ok || again != p || after(p, again) {
			t.Errorf("%q is read as %+v, and that as %+v", id, p, again)
		}
	})
}
