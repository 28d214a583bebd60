// Command openapi writes the OpenAPI document of the portal's API, or checks
// with -check that the written one is up to date.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"dcm.io/shared/function"
	"dcm.io/web/internal/api"
)

var errStale = errors.New("the OpenAPI document is not up to date: run go run ./cmd/openapi in web")

func main() {
	file := flag.String("o", "openapi.json", "file to write or check")
	check := flag.Bool("check", false, "only compare")
	flag.Parse()
	function.Main("openapi", func(context.Context, struct{}) error { return run(*file, *check) })
}

func run(file string, check bool) error {
	doc := api.Document()
	if !check {
		if err := os.WriteFile(file, doc, 0o644); err != nil {
			return fmt.Errorf("write the OpenAPI document: %w", err)
		}
		return nil
	}
	written, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the OpenAPI document: %w", err)
	}
	if !bytes.Equal(doc, written) {
		return errStale
	}
	return nil
}
