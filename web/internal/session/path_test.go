package session

import "testing"

func TestLocalPath(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, path, want string }{
		"Home":         {"the portal itself", "/", "/"},
		"Deep":         {"a place in the portal, with its query", "/requests/1?tab=timeline", "/requests/1?tab=timeline"},
		"Empty":        {"nowhere is home", "", "/"},
		"OtherHost":    {"browsers read //host as another host", "//evil.test/", "/"},
		"Backslash":    {"and /\\host too", "/\\evil.test/", "/"},
		"Absolute":     {"an address is no path", "https://evil.test/", "/"},
		"Script":       {"nor is a script", "javascript:alert(1)", "/"},
		"Tab":          {"browsers drop tabs, then see //host", "/\t/evil.test", "/"},
		"Climbing":     {"a path that climbs is not plain", "/a/../../auth/login", "/"},
		"Itself":       {"logging in leads nowhere", "/auth/login", "/"},
		"API":          {"the API is not for looking at", "/api/v1/me", "/"},
		"TrailingDash": {"a path may end with a slash", "/requests/", "/requests/"},
		"EncodedSlash": {"an encoded slash stays one name", "/%2f%2fevil.test", "/"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := localPath(c.path); got != c.want {
				t.Errorf("got %q, want %q: %s", got, c.want, c.reason)
			}
		})
	}
}
