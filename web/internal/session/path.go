package session

import (
	"net/url"
	"path"
	"strings"
)

// The session's own addresses.
const (
	loginPath    = "/auth/login"
	callbackPath = "/auth/callback"
	logoutPath   = "/auth/logout"
)

// maxPath bounds where a login may return to: it travels in a cookie.
const maxPath = 1024

// localPath is p if it is a place in the portal, else the portal's home. What
// browsers would take for another host is none: //host, /\host, and control
// characters that they drop.
func localPath(p string) string {
	const home = "/"
	if len(p) > maxPath || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsFunc(p, outlandish) {
		return home
	}
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil {
		return home
	}
	clean := path.Clean(u.Path)
	if clean != strings.TrimSuffix(u.Path, "/") && clean != u.Path || strings.HasPrefix(clean, "/auth") || strings.HasPrefix(clean, "/api") {
		return home
	}
	return p
}

func outlandish(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }
