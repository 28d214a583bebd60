package identity_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dcm.io/shared/fault"
)

// FuzzCaller: whatever a stranger sends as a token, they are nobody, and hear of
// nothing but that; only what the issuer has signed is somebody.
func FuzzCaller(f *testing.F) {
	i := newIssuer(f)
	v := i.verifier(f)
	token := i.sign(f, "k1", i.claims(nil))
	parts := strings.Split(token, ".")
	f.Add("Bearer " + token)
	f.Add("Bearer " + parts[0] + "." + parts[1] + ".")
	f.Add("Bearer " + b64([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".")
	f.Add("Bearer " + b64([]byte(`{"alg":"HS256","kid":"k1"}`)) + "." + parts[1] + "." + parts[2])
	f.Add("Basic YTpi")
	f.Add("bearer \x00")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", header)
		c, err := v.Caller(t.Context(), r)
		switch {
		case err == nil && c.Token != token:
			t.Errorf("%q is %+v", header, c)
		case err != nil && fault.KindOf(err) != fault.Anonymous:
			t.Errorf("%q: %v, want that nobody is signed in", header, err)
		}
	})
}
