package portal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
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
	files, err := load(built)
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

// load reads all built files; together they are a few hundred kilobytes.
func load(built fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".vite/") {
			return err
		}
		content, err := fs.ReadFile(built, name)
		if err != nil {
			return err
		}
		files[name] = newFile(content)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the built pages: %w", err)
	}
	return files, nil
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	switch {
	case name == index:
		h.Set("Cache-Control", "no-store")
	case strings.HasPrefix(name, "assets/"):
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("ETag", f.tag)
	h.Add("Vary", "Accept-Encoding")
	content := f.content
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if small := f.compressed(name); small != nil {
			content = small
			h.Set("Content-Encoding", "gzip")
			h.Set("ETag", strings.TrimSuffix(f.tag, `"`)+`-gzip"`)
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
