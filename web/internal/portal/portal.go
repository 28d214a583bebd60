package portal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"
)

// index is the page that the browser side starts from, whatever its address.
const index = "index.html"

// unbuilt is shown when the portal runs without its browser side.
const unbuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>DCM</title></head>
<body>
<h1>The portal's pages are not built</h1>
<p>The API works. To see the portal, build its pages in <code>web/ui</code> with
<code>npm ci</code> and <code>npm run build</code>, then build or start <code>web</code> again,
or let the variable <code>UI_DIR</code> name the directory with the built pages.</p>
</body>
</html>
`

// Handler serves built pages. Files with a hash in their name are kept by
// browsers for good; the page that names them never is.
func Handler(built fs.FS) (http.Handler, error) {
	files, err := list(built)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		f, ok := files[name]
		switch {
		case ok:
		case strings.HasPrefix(name, "assets/") || path.Ext(name) != "":
			http.NotFound(w, r)
			return
		default: // an address inside the application
			name = index
			if f, ok = files[index]; !ok {
				w.Header().Set("Cache-Control", "no-store")
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = w.Write([]byte(unbuilt)) // the client is gone; nobody is left to tell
				return
			}
		}
		f.serve(w, r, name)
	}), nil
}

// list finds all built files.
func list(built fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".vite/") {
			return err
		}
		files[name] = newFile(built, name)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("find the built pages: %w", err)
	}
	return files, nil
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, name string) {
	sent, err := f.read()
	if err != nil {
		slog.ErrorContext(r.Context(), "page not served", "error", err)
		http.Error(w, "this page cannot be read", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	switch {
	case name == index:
		h.Set("Cache-Control", "no-store")
	case strings.HasPrefix(name, "assets/"):
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		h.Set("Cache-Control", "no-cache")
	}
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if small, useful := f.small(); useful {
			sent = small
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", `"`+sent.tag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(sent.content))
}
