// Command eventgen writes what follows from the catalogue of facts: JSON and
// Avro schemas, Triggers and EventTypes with a kustomization, the AsyncAPI
// document, docs/FLOW.md and the portal's TypeScript types.
//
//	go run ./cmd/eventgen          write them
//	go run ./cmd/eventgen -check   write nothing; fail and name the files that differ
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"dcm.io/shared/event"
)

func main() {
	root := flag.String("root", "..", "root of the repository")
	check := flag.Bool("check", false, "write nothing; fail if a file is out of date")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "eventgen:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	files, err := generate(root, event.Catalog)
	if err != nil {
		return err
	}
	stale, err := files.differing(root)
	if err != nil {
		return err
	}
	if check && len(stale) > 0 {
		return fmt.Errorf("out of date, run make generate:\n  %s", strings.Join(stale, "\n  "))
	}
	return files.write(root, stale)
}
