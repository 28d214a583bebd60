// Command authzgen evaluates shared/authz/policy.rego for everything that can be
// asked of it and writes the answers to shared/authz/table_gen.go. It stands
// here, and not beside the policy, so that no function's module ever requires
// Open Policy Agent.
//
//	go run ./cmd/authzgen          write the table
//	go run ./cmd/authzgen -check   fail if the table is not what the policy says
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", filepath.Join("..", "shared", "authz"), "directory of the policy")
	check := flag.Bool("check", false, "write nothing; fail if the table is out of date")
	flag.Parse()
	if err := run(context.Background(), *dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "authzgen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, check bool) error {
	p, err := loadPolicy(ctx, filepath.Join(dir, "policy.rego"))
	if err != nil {
		return err
	}
	t, err := decideAll(ctx, p)
	if err != nil {
		return err
	}
	want, err := t.source()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "table_gen.go")
	if !check {
		return os.WriteFile(path, want, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is not what the policy says; run make generate", path)
	}
	return nil
}
