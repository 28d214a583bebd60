package export

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"time"
)

// An archive writes a ZIP whose bytes depend on nothing but what is put in, and
// remembers every file's checksum and its own.
type archive struct {
	zip   *zip.Writer
	out   *bufio.Writer
	sum   hash.Hash
	size  counter
	time  time.Time // of every file
	files []File
}

func newArchive(w io.Writer, at time.Time) *archive {
	a := &archive{sum: sha256.New(), time: at.UTC().Truncate(2 * time.Second)} // as fine as ZIP can tell
	a.out = bufio.NewWriterSize(io.MultiWriter(w, a.sum, &a.size), 1<<16)
	a.zip = zip.NewWriter(a.out)
	// Facts repeat themselves so much that the fastest compression makes them
	// nearly as small as the best does, in a third of the time.
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return a
}

// file adds a file of what fill writes.
func (a *archive) file(name string, fill func(io.Writer) error) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.time})
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}
	sum, size := sha256.New(), counter(0)
	buffered := bufio.NewWriterSize(io.MultiWriter(w, sum, &size), 1<<16)
	if err := fill(buffered); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	a.files = append(a.files, File{Name: name, Bytes: int64(size), SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// whole adds a file that is at hand.
func (a *archive) whole(name string, content []byte) error {
	return a.file(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// close ends the archive and returns its checksum and length.
func (a *archive) close() (sum string, size int64, err error) {
	if err := a.zip.Close(); err != nil {
		return "", 0, fmt.Errorf("end the archive: %w", err)
	}
	if err := a.out.Flush(); err != nil {
		return "", 0, fmt.Errorf("end the archive: %w", err)
	}
	return hex.EncodeToString(a.sum.Sum(nil)), int64(a.size), nil
}

// sums is SHA256SUMS of files, as sha256sum writes and checks it.
func sums(files []File) []byte {
	var b []byte
	for _, f := range files {
		b = fmt.Appendf(b, "%s  %s\n", f.SHA256, f.Name)
	}
	return b
}

// A counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
