package api

import (
	"encoding/base64"
	"testing"
)

// FuzzCursor: a cursor is taken as it was given or not at all, and only by the
// list that gave it.
func FuzzCursor(f *testing.F) {
	f.Add("vms", `{"l":"vms","t":"2026-03-02T12:00:00.123456Z","i":"0197f3a0-0000-7000-8000-000000000001"}`)
	f.Add("facts", `{"l":"facts","p":7}`)
	f.Add("requests:name", `{"l":"requests:name","n":"shop-1","i":"0197f3a0-0000-7000-8000-000000000001"}`)
	f.Fuzz(func(t *testing.T, list, text string) {
		for _, s := range []string{text, base64.RawURLEncoding.EncodeToString([]byte(text))} {
			if c, err := parseCursor(list, s); err == nil && s != "" {
				if c.List != list || c.String() != s || c.mark().IsZero() && c.Pos <= 0 {
					t.Errorf("%q was taken for %+v", s, c)
				}
			}
		}
	})
}
