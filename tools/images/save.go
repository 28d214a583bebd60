package main

import (
	"fmt"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/ko/pkg/build"
)

// save writes what was built as an OCI layout of its own, in the place of an
// earlier one, and returns where it is.
func save(dir string, result build.Result) (string, error) {
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	switch r := result.(type) {
	case v1.ImageIndex:
		err = p.AppendIndex(r)
	case v1.Image:
		err = p.AppendImage(r)
	default:
		err = fmt.Errorf("a %T is no image", r)
	}
	if err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	digest, err := result.Digest()
	if err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	return dir + "@" + digest.String(), nil
}
