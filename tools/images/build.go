package main

import (
	"context"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/ko/pkg/build"
)

// user is who runs in the image unless the cluster says otherwise: nobody that
// exists on a host. Nothing in an image depends on the number.
const user = "65532:65532"

// buildOptions are the same for every image.
func buildOptions(o options, image string, bases build.Result) []build.Option {
	at := v1.Time{Time: time.Unix(o.epoch, 0).UTC()}
	options := []build.Option{
		build.WithBaseImages(func(context.Context, string) (name.Reference, build.Result, error) {
			return baseName, bases, nil
		}),
		build.WithPlatforms(strings.Split(o.platform, ",")...),
		build.WithTrimpath(true),
		build.WithDefaultEnv([]string{"CGO_ENABLED=0", "GOWORK=off"}),
		build.WithDefaultLdflags([]string{"-s", "-w"}),
		build.WithUser(user),
		build.WithSPDX(o.version),
		build.WithCreationTime(at), build.WithKoDataCreationTime(at),
		build.WithLabel("org.opencontainers.image.title", "dcm-"+image),
		build.WithLabel("org.opencontainers.image.vendor", "DCM"),
		build.WithJobs(1),
	}
	if o.version != "" {
		options = append(options, build.WithLabel("org.opencontainers.image.version", o.version))
	}
	if o.revision != "" {
		options = append(options, build.WithLabel("org.opencontainers.image.revision", o.revision))
	}
	if o.sbom != "" {
		options = append(options, build.WithSBOMDir(o.sbom))
	}
	return options
}
