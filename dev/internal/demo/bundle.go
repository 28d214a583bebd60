package demo

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
)

// bundle has the auditor export, download and verify the log since from, with
// nothing but the bundle in hand: the whole against the recorded checksum, each
// file against SHA256SUMS.
func (p players) bundle(ctx context.Context, from time.Time) (string, error) {
	asked, err := p.clara.Export(ctx, from, time.Now().Add(time.Hour))
	if err != nil {
		return "", err
	}
	ready, err := p.clara.AwaitBundle(ctx, asked.ID)
	if err != nil {
		return "", fmt.Errorf("wait for the bundle: %w", err)
	}
	archive, err := p.clara.Download(ctx, asked.ID)
	if err != nil {
		return "", err
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(archive)); sum != ready.SHA256 {
		return "", fmt.Errorf("its checksum is %s, recorded is %s", sum, ready.SHA256)
	}
	files, err := verifyFiles(archive)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d facts in %d files, %d bytes, SHA-256 %s…", ready.Facts, files, ready.Bytes, ready.SHA256[:16]), nil
}

// verifyFiles does what `sha256sum -c SHA256SUMS` does.
func verifyFiles(archive []byte) (int, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return 0, fmt.Errorf("open the bundle: %w", err)
	}
	sums := map[string]string{}
	var listed string
	for _, f := range z.File {
		content, err := contentOf(f)
		if err != nil {
			return 0, err
		}
		if f.Name == "SHA256SUMS" {
			listed = string(content)
			continue
		}
		sums[f.Name] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	lines := strings.Split(strings.TrimSpace(listed), "\n")
	if len(lines) != len(sums) {
		return 0, fmt.Errorf("SHA256SUMS lists %d files, the bundle has %d", len(lines), len(sums))
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if sums[name] != sum {
			return 0, fmt.Errorf("%s does not match its checksum", name)
		}
	}
	return len(lines), nil
}

func contentOf(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.Name, err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	return content, nil
}
