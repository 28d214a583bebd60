package session

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestCookies(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]string{true: "__Host-dcm", false: "dcm"} {
		c := cookies{secure: secure}
		w := httptest.NewRecorder()
		c.set(w, c.session(), "value", 0)
		got := w.Result().Cookies()[0]
		if got.Name != want || got.Secure != secure || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" || got.MaxAge != 0 {
			t.Errorf("secure %v: %s", secure, got)
		}
		if !strings.HasPrefix(c.login("abcdefghijkl"), want+"-login-abcdefgh") || c.login("") == "" {
			t.Errorf("secure %v: %s", secure, c.login("abcdefghijkl"))
		}
		w = httptest.NewRecorder()
		c.set(w, "x", "", loginFor)
		c.clear(w, "x")
		if all := w.Result().Cookies(); all[0].MaxAge != int(10*time.Minute/time.Second) || all[1].MaxAge >= 0 {
			t.Errorf("got %v", all)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, portal string
		ok             bool
	}{
		"Https":    {"as in production", "https://portal.example.com", true},
		"Port":     {"as locally", "http://localhost:8080", true},
		"Slash":    {"a slash does no harm", "https://portal.example.com/", true},
		"Path":     {"the portal is at the root", "https://example.com/portal", false},
		"NoScheme": {"no address", "portal.example.com", false},
		"Script":   {"no web address", "javascript://x", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := (Config{Portal: c.portal}).origin(); (err == nil) != c.ok {
				t.Errorf("got %v: %s", err, c.reason)
			}
		})
	}
	if (Config{}).client() != "dcm-portal" || (Config{KeycloakClient: "k"}).client() != "k" || (Config{Client: "c", KeycloakClient: "k"}).client() != "c" {
		t.Error("OIDC_CLIENT_ID, else KEYCLOAK_CLIENT_ID, else dcm-portal")
	}
}
