package portal

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHandler(t *testing.T) {
	t.Parallel()
	script := strings.Repeat("console.log('hello');", 200)
	h, err := Handler(fstest.MapFS{
		"index.html":            {Data: []byte("<!doctype html><title>DCM</title>")},
		"icon.svg":              {Data: []byte("<svg/>")},
		"assets/main-abc123.js": {Data: []byte(script)},
		".vite/manifest.json":   {Data: []byte("{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason, method, path string
		status               int
		cache, kind          string
	}{
		"Home":     {"the page itself is never kept", "GET", "/", 200, "no-store", "text/html; charset=utf-8"},
		"Deep":     {"an address inside the application is the page", "GET", "/requests/1", 200, "no-store", "text/html; charset=utf-8"},
		"Hashed":   {"a name with a hash is kept for good", "GET", "/assets/main-abc123.js", 200, "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"},
		"Plain":    {"a name without is asked for again", "GET", "/icon.svg", 200, "no-cache", "image/svg+xml"},
		"OldAsset": {"an asset of an older release is gone, not the page", "GET", "/assets/main-old.js", 404, "", ""},
		"NoFile":   {"a file that is none", "GET", "/robots.txt", 404, "", ""},
		"Manifest": {"what the build notes for itself", "GET", "/.vite/manifest.json", 404, "", ""},
		"Climbing": {"nothing lies above", "GET", "/../go.mod", 404, "", ""},
		"Post":     {"pages are read", "POST", "/", 405, "", ""},
		"Head":     {"or asked about", "HEAD", "/", 200, "no-store", "text/html; charset=utf-8"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
			if w.Code != c.status || (c.cache != "" && w.Header().Get("Cache-Control") != c.cache) || (c.kind != "" && w.Header().Get("Content-Type") != c.kind) {
				t.Errorf("%d %v: %s", w.Code, w.Header(), c.reason)
			}
		})
	}
	t.Run("Compressed", func(t *testing.T) {
		t.Parallel()
		r := httptest.NewRequest(http.MethodGet, "/assets/main-abc123.js", nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != script || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%v %v", err, w.Header())
		}
		again := httptest.NewRecorder()
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		h.ServeHTTP(again, r)
		if again.Code != http.StatusNotModified {
			t.Errorf("asked again: %d", again.Code)
		}
	})
}

func TestUnbuilt(t *testing.T) {
	t.Parallel()
	h, err := Handler(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "npm run build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	pages := fstest.MapFS{"icon.svg": {Data: []byte("<svg/>")}}
	h, err := Handler(pages)
	if err != nil {
		t.Fatal(err)
	}
	delete(pages, "icon.svg")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/icon.svg", nil))
	if w.Code != http.StatusInternalServerError || w.Header().Get("ETag") != "" {
		t.Errorf("%d %v: a page that is gone from the disk", w.Code, w.Header())
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for secure, hsts := range map[bool]string{true: "max-age=31536000; includeSubDomains", false: ""} {
		w := httptest.NewRecorder()
		Headers(http.NotFoundHandler(), Policy{Secure: secure, Issuer: "https://id.test"}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		csp := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self' https://id.test"} {
			if !strings.Contains(csp, want) {
				t.Errorf("no %q in %q", want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || w.Header().Get("Strict-Transport-Security") != hsts || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("secure %v: %v", secure, w.Header())
		}
	}
}
