package main

import (
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/ko/pkg/build"
)

// baseName is what the images say they stand on. It is pulled from nowhere.
var baseName = name.MustParseReference("dcm.invalid/base:latest")

// basesFor makes what an image stands on, for each platform: the same for all,
// but for parts, which has PostgreSQL in it.
func basesFor(o options, image string) (build.Result, error) {
	files := []entry{certificates()}
	if image == "parts" {
		more, err := postgresFiles(o.root)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	layer, err := layerOf(files)
	if err != nil {
		return nil, err
	}
	var index v1.ImageIndex = mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range strings.Split(o.platform, ",") {
		platform, err := v1.ParsePlatform(p)
		if err != nil {
			return nil, fmt.Errorf("read the platform: %w", err)
		}
		base, err := mutate.AppendLayers(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON), layer)
		if err != nil {
			return nil, fmt.Errorf("make the base: %w", err)
		}
		config, err := base.ConfigFile()
		if err != nil {
			return nil, fmt.Errorf("make the base: %w", err)
		}
		config.OS, config.Architecture, config.Variant = platform.OS, platform.Architecture, platform.Variant
		if base, err = mutate.ConfigFile(base, config); err != nil {
			return nil, fmt.Errorf("make the base: %w", err)
		}
		if !strings.Contains(o.platform, ",") {
			return base, nil
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: base, Descriptor: v1.Descriptor{Platform: platform}})
	}
	return index, nil
}
