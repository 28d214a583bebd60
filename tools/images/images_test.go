package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// TestImage builds the smallest image twice and looks into it.
func TestImage(t *testing.T) {
	t.Parallel()
	one, two := built(t), built(t)
	if digest(t, one) != digest(t, two) {
		t.Errorf("built as %s and as %s from the same sources", digest(t, one), digest(t, two))
	}
	config, err := one.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if c := config.Config; c.User != "65532:65532" || !slices.Equal(c.Entrypoint, []string{"/ko-app/dead-letter"}) {
		t.Errorf("runs %v as %q, want the program as nobody", c.Entrypoint, c.User)
	}
	if l := config.Config.Labels; l["org.opencontainers.image.title"] != "dcm-dead-letter" || l["org.opencontainers.image.version"] != "v1.2.3" || l["org.opencontainers.image.revision"] != "abc" {
		t.Errorf("labels %v", l)
	}
	if config.Created.Unix() != 1_700_000_000 {
		t.Errorf("says it was made at %s", config.Created)
	}
	want := []string{"etc/ssl/certs/ca-certificates.crt", "ko-app/dead-letter"}
	if got := files(t, one); !slices.Equal(got, want) {
		t.Errorf("holds %v, want %v and nothing else", got, want)
	}
}

// TestRefusals: what cannot be built is said before anything is.
func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		o     options
		names []string
		says  string
	}{
		"Nowhere":  {o: options{root: "../.."}, says: "-repo or -layout"},
		"Both":     {o: options{root: "../..", repo: "a/b", layout: "c"}, says: "-repo or -layout"},
		"Unknown":  {o: options{root: "../..", layout: "c"}, names: []string{"submitt"}, says: `no image "submitt"`},
		"Platform": {o: options{root: "../..", layout: t.TempDir(), platform: "linux/amd64/v1/again"}, names: []string{"dead-letter"}, says: "platform"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(t.Context(), tc.o, tc.names, io.Discard); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want it to say %q", err, tc.says)
			}
		})
	}
}

func built(t *testing.T) v1.Image {
	t.Helper()
	dir := t.TempDir()
	o := options{root: "../..", layout: dir, sbom: filepath.Join(dir, "sbom"), platform: "linux/amd64", version: "v1.2.3", revision: "abc", epoch: 1_700_000_000}
	var said bytes.Buffer
	if err := run(t.Context(), o, []string{"dead-letter"}, &said); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(said.String(), "dead-letter=") || !strings.Contains(said.String(), "@sha256:") {
		t.Errorf("said %q", said.String())
	}
	sbom, err := os.ReadFile(filepath.Join(dir, "sbom", "dead-letter-linux-amd64.spdx.json"))
	if err != nil || !bytes.Contains(sbom, []byte("go-envconfig")) {
		t.Errorf("the SBOM does not name what is linked: %v", err)
	}
	index, err := layout.ImageIndexFromPath(filepath.Join(dir, "dcm-dead-letter"))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func digest(t *testing.T, image v1.Image) string {
	t.Helper()
	h, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

// files lists what is in the image, without directories.
func files(t *testing.T, image v1.Image) []string {
	t.Helper()
	r := mutate.Extract(image)
	defer r.Close()
	var names []string
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeDir {
			names = append(names, strings.TrimPrefix(h.Name, "/"))
		}
	}
}
