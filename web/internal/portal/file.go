package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sync"
)

// A file of the browser side. It is read and compressed when somebody first
// wants that, so that web starts with nothing of it in memory, and then kept.
type file struct {
	read  func() (form, error)
	small func() (form, bool) // with gzip; false if that is of no use
}

// A form is what is sent of a file, and its tag in HTTP.
type form struct {
	content []byte
	tag     string
}

func newFile(built fs.FS, name string) *file {
	read := sync.OnceValues(func() (form, error) {
		content, err := fs.ReadFile(built, name)
		if err != nil {
			return form{}, fmt.Errorf("read a built page: %w", err)
		}
		sum := sha256.Sum256(content)
		return form{content: content, tag: hex.EncodeToString(sum[:12])}, nil
	})
	small := sync.OnceValues(func() (form, bool) {
		whole, err := read()
		if err != nil || !compressible[path.Ext(name)] {
			return form{}, false
		}
		content, err := compressed(whole.content)
		return form{content: content, tag: whole.tag + "-gzip"}, err == nil && len(content) < len(whole.content)
	})
	return &file{read: read, small: small}
}

// compressible are the kinds of files that are not compressed already.
var compressible = map[string]bool{".html": true, ".js": true, ".css": true, ".svg": true, ".json": true, ".txt": true, ".map": true}

func compressed(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
