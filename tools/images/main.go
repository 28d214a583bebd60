// Command images builds DCM's container images with ko: one static binary on
// nothing but the roots of certificate authorities. No base image is pulled, so
// there is none to keep up to date, and the same commit makes the same bytes.
//
//	images -repo HOST/PATH [-tag TAG] [NAME …]     pushes, and prints NAME=REFERENCE@DIGEST
//	images -layout DIR [NAME …]                     writes an OCI layout instead
//
// Names are those of the binaries; without any, all that are deployed are built.
// SBOMs (SPDX) are pushed beside the images, and written to -sbom DIR.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/google/ko/pkg/build"
	"github.com/google/ko/pkg/publish"
	"golang.org/x/mod/modfile"
)

// programs are the main packages, by the name of their image behind "dcm-".
var programs = map[string]string{
	"submit":       "functions/submit",
	"approve":      "functions/approve",
	"provision":    "functions/provision",
	"notify":       "functions/notify",
	"audit-export": "functions/audit-export",
	"dead-letter":  "functions/dead-letter",
	"web":          "web",
	"dcmctl":       "shared/cmd/dcmctl",
	"parts":        "dev/cmd/dcm-parts",
	"plainhttp":    "dev/cmd/plainhttp",
}

// deployed leaves out what a test needs beside them: the outside world, and what
// functions are measured against.
func deployed() []string {
	names := slices.Sorted(maps.Keys(programs))
	return slices.DeleteFunc(names, func(n string) bool { return n == "parts" || n == "plainhttp" })
}

type options struct {
	root, repo, layout, sbom, tag, platform, version, revision string
	insecure                                                   bool
	epoch                                                      int64 // Unix seconds, when the images say they were made
}

func main() {
	var o options
	flag.StringVar(&o.root, "root", ".", "the checkout")
	flag.StringVar(&o.repo, "repo", "", "push to this registry and path")
	flag.StringVar(&o.layout, "layout", "", "write an OCI layout here instead of pushing")
	flag.StringVar(&o.sbom, "sbom", "", "write SBOMs here too")
	flag.StringVar(&o.tag, "tag", "latest", "tag of what is pushed")
	flag.StringVar(&o.platform, "platform", "linux/amd64", "one platform, or several by commas")
	flag.StringVar(&o.version, "version", "", "label of the version")
	flag.StringVar(&o.revision, "revision", "", "label of the commit")
	flag.Int64Var(&o.epoch, "epoch", 0, "when the images say they were made, in Unix seconds")
	flag.BoolVar(&o.insecure, "insecure", false, "the registry has no TLS")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, flag.Args(), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// run builds the images of that name, and says on out what each is called.
func run(ctx context.Context, o options, names []string, out io.Writer) error {
	if (o.repo == "") == (o.layout == "") {
		return errors.New("say where to: -repo or -layout")
	}
	if len(names) == 0 {
		names = deployed()
	}
	for _, name := range names {
		dir, known := programs[name]
		if !known {
			return fmt.Errorf("there is no image %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(programs)), ", "))
		}
		reference, err := produce(ctx, o, name, dir)
		if err != nil {
			return fmt.Errorf("image %s: %w", name, err)
		}
		if _, err := fmt.Fprintf(out, "%s=%s\n", name, reference); err != nil {
			return fmt.Errorf("say what was made: %w", err)
		}
	}
	return nil
}

// produce builds one image and publishes it.
func produce(ctx context.Context, o options, name, dir string) (string, error) {
	module, importPath, err := locate(o.root, dir)
	if err != nil {
		return "", err
	}
	bases, err := basesFor(o, name)
	if err != nil {
		return "", err
	}
	builder, err := build.NewGo(ctx, module, buildOptions(o, name, bases)...)
	if err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	result, err := builder.Build(ctx, importPath)
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	if o.layout != "" {
		return save(filepath.Join(o.layout, "dcm-"+name), result)
	}
	publisher, err := publish.NewDefault(o.repo,
		publish.WithNamer(func(base, _ string) string { return path.Join(base, "dcm-"+name) }),
		publish.WithTags([]string{o.tag}), publish.Insecure(o.insecure))
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	reference, err := publisher.Publish(ctx, result, importPath)
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	return reference.String(), publisher.Close()
}

// locate finds the module of a main package, from which go must be run with the
// workspace off, and the import path of the package.
func locate(root, dir string) (module, importPath string, err error) {
	for m := dir; m != "."; m = path.Dir(m) {
		text, err := os.ReadFile(filepath.Join(root, m, "go.mod"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", "", fmt.Errorf("find the module: %w", err)
		}
		within := strings.TrimPrefix(strings.TrimPrefix(dir, m), "/")
		return filepath.Join(root, m), build.StrictScheme + path.Join(modfile.ModulePath(text), within), nil
	}
	return "", "", fmt.Errorf("%s is in no module", dir)
}
