package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/bench"
	"dcm.io/dev/internal/stack"
)

// A place is where is measured: the checkout that make has built, and a directory
// for what runs.
type place struct {
	root, state string
	commitDelay time.Duration
	running     *stack.Stack
	server      *bench.Server
}

func newPlace(commitDelay time.Duration) (*place, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return nil, fmt.Errorf("find the checkout: %w", err)
	}
	state, err := os.MkdirTemp("", "dcm-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a place to measure in: %w", err)
	}
	if err := os.Chmod(state, 0o711); err != nil {
		return nil, fmt.Errorf("let PostgreSQL's user in: %w", err)
	}
	return &place{root: root, state: state, commitDelay: commitDelay}, nil
}

// path is that of a file of the checkout.
func (p *place) path(name string) string { return filepath.Join(p.root, filepath.FromSlash(name)) }

func (p *place) bin() string { return p.path("bin") }

// product is the whole of it, running.
func (p *place) product(ctx context.Context) (*stack.Stack, error) {
	if p.running == nil {
		var err error
		if p.running, err = stack.Start(ctx, stack.Config{Root: p.root, Bin: p.bin(), State: filepath.Join(p.state, "product")}); err != nil {
			return nil, err
		}
	}
	return p.running, nil
}

// quiet stops the product, if it runs.
func (p *place) quiet() error {
	if p.running == nil {
		return nil
	}
	err := p.running.Close()
	p.running = nil
	return err
}

// database makes one on a server that nothing else uses.
func (p *place) database(ctx context.Context) (bench.Database, error) {
	if err := p.quiet(); err != nil {
		return bench.Database{}, err
	}
	if p.server == nil {
		var err error
		if p.server, err = bench.StartServer(ctx, p.path("shared/postgres/node_modules"), filepath.Join(p.state, "postgres"), p.commitDelay); err != nil {
			return bench.Database{}, err
		}
	}
	return p.server.Database(ctx)
}

// close leaves nothing behind.
func (p *place) close() error {
	err := p.quiet()
	if p.server != nil {
		err = errors.Join(err, p.server.Close())
	}
	return errors.Join(err, os.RemoveAll(p.state))
}
