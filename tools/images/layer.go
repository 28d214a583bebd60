package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// An entry is a file of a layer, or a symbolic link if it has a target.
type entry struct {
	path    string // absolute
	mode    int64
	content []byte
	target  string
}

// certificates are Mozilla's roots, where Go and everybody else look for them.
// Whoever needs a company's own mounts them and sets SSL_CERT_DIR.
func certificates() entry {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // a buffer takes everything
	}
	return entry{path: "/etc/ssl/certs/ca-certificates.crt", mode: 0o444, content: b.Bytes()}
}

// layerOf packs files so that the same files make the same bytes: sorted, owned
// by root, dated 1970.
func layerOf(files []entry) (v1.Layer, error) {
	files = slices.SortedFunc(slices.Values(files), func(a, b entry) int { return strings.Compare(a.path, b.path) })
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	made := map[string]bool{"/": true}
	for _, f := range files {
		if err := directories(w, path.Dir(f.path), made); err != nil {
			return nil, err
		}
		h := &tar.Header{Name: strings.TrimPrefix(f.path, "/"), Mode: f.mode, Size: int64(len(f.content)), Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0)}
		if f.target != "" {
			h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, f.target, 0o777
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.path, err)
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil })
}

func directories(w *tar.Writer, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	if err := directories(w, path.Dir(dir), made); err != nil {
		return err
	}
	made[dir] = true
	err := w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755, Typeflag: tar.TypeDir, ModTime: time.Unix(0, 0)})
	if err != nil {
		return fmt.Errorf("pack %s: %w", dir, err)
	}
	return nil
}
