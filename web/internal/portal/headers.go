package portal

import (
	"net/http"
	"strings"
)

// A Policy says where pages may send people.
type Policy struct {
	Secure bool   // whether the portal is reached by https
	Issuer string // origin of the identity provider, for logging out
}

// Headers tells browsers to run and load nothing but the portal's own, and to
// show it in nobody's frame.
func Headers(next http.Handler, p Policy) http.Handler {
	csp := strings.Join([]string{
		"default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "object-src 'none'",
		"frame-ancestors 'none'", "base-uri 'self'", strings.TrimSpace("form-action 'self' " + p.Issuer),
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if p.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}
