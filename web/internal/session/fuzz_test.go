package session

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzLocalPath: wherever a login is asked to return to, it stays in the portal,
// as browsers read it: they drop tabs and line ends and take \ for /.
func FuzzLocalPath(f *testing.F) {
	f.Add("/requests/1?tab=timeline#top")
	f.Add("//evil.test/")
	f.Add("/\\evil.test")
	f.Add("/\t/evil.test")
	f.Add("/a/..//evil.test")
	portal, err := url.Parse("https://portal.test/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, p string) {
		to := localPath(p)
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(to)
		if strings.HasPrefix(seen, "//") || !strings.HasPrefix(seen, "/") {
			t.Fatalf("%q leads to %q", p, to)
		}
		u, err := portal.Parse(seen)
		if err != nil || u.Host != portal.Host || u.Scheme != portal.Scheme {
			t.Errorf("%q leads to %v, %v", p, u, err)
		}
	})
}

// FuzzOpen: what we have not sealed, or sealed for another place, does not open.
func FuzzOpen(f *testing.F) {
	b, err := newBox("YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := b.seal("secret", "login")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed, "session")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, box []byte, place string) {
		var v string
		if err := b.open(box, &v, place); err == nil && place != "login" {
			t.Errorf("%x opens at %q: %q", box, place, v)
		}
	})
}
