package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// demonstrate drives the flow against the stack that runs on the state, or, if
// none does, against one of its own that it removes again.
func demonstrate(ctx context.Context, o options) error {
	r, err := stack.ReadRun(o.state)
	if err == nil && alive(ctx, r.Portal) {
		return demo.Play(ctx, os.Stdout, r)
	}
	if err != nil && !errors.Is(err, stack.ErrNotRunning) {
		return err
	}
	fmt.Println("nothing is running here; starting a stack for the demo")
	dir, err := os.MkdirTemp("", "dcm-demo-")
	if err != nil {
		return fmt.Errorf("make a place for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil {
		return fmt.Errorf("let PostgreSQL's user into the demo's place: %w", err)
	}
	log, err := os.Create(filepath.Join(dir, "functions.log"))
	if err != nil {
		return fmt.Errorf("open the functions' log: %w", err)
	}
	defer log.Close()
	began := time.Now()
	s, err := stack.Start(ctx, stack.Config{
		Root: o.root, Bin: o.bin, State: filepath.Join(dir, "state"), Output: log,
		Say: func(format string, args ...any) {
			fmt.Printf("%5.1f s  "+format+"\n", append([]any{time.Since(began).Seconds()}, args...)...)
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(demo.Play(ctx, os.Stdout, s.Run()), s.Close())
}

func alive(ctx context.Context, portal string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, portal+"/healthz", http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
