package session

import (
	"net/http"
	"time"
)

// cookies names and writes the portal's cookies. On https they carry the
// __Host- prefix, which browsers accept from this very host only.
type cookies struct{ secure bool }

func (c cookies) prefix() string {
	if c.secure {
		return "__Host-"
	}
	return ""
}

func (c cookies) session() string { return c.prefix() + "dcm" }

// login is the cookie of one login; several may run at once, in several tabs.
func (c cookies) login(state string) string {
	return c.prefix() + "dcm-login-" + state[:min(len(state), 8)]
}

// set writes a cookie that lasts; zero is until the browser closes, negative
// deletes it.
func (c cookies) set(w http.ResponseWriter, name, value string, lasts time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // G124: Secure on https; plain http is for the local run
		Name: name, Value: value, Path: "/", MaxAge: int(lasts.Seconds()),
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (c cookies) clear(w http.ResponseWriter, name string) { c.set(w, name, "", -time.Second) }
