package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"sync"
)

// A file of the browser side, and its compressed form once somebody wanted it.
type file struct {
	content []byte
	tag     string // of HTTP, from the content

	once  sync.Once
	small []byte // nil if compressing is of no use
}

func newFile(content []byte) *file {
	sum := sha256.Sum256(content)
	return &file{content: content, tag: `"` + hex.EncodeToString(sum[:12]) + `"`}
}

// compressible are the kinds of files that are not compressed already.
var compressible = map[string]bool{".html": true, ".js": true, ".css": true, ".svg": true, ".json": true, ".txt": true, ".map": true}

// compressed is the file with gzip, made on first use.
func (f *file) compressed(name string) []byte {
	if !compressible[path.Ext(name)] {
		return nil
	}
	f.once.Do(func() {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return
		}
		if _, err := w.Write(f.content); err != nil || w.Close() != nil || b.Len() >= len(f.content) {
			return
		}
		f.small = b.Bytes()
	})
	return f.small
}
