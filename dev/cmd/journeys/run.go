package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"dcm.io/dev/internal/stack"
)

// farewell is how long the browsers get to close after Ctrl-C.
const farewell = 10 * time.Second

// run starts a product, lets Playwright loose on it, and stops it again.
func run(ctx context.Context, args []string) error {
	root, err := checkout()
	if err != nil {
		return err
	}
	browser := os.Getenv("CHROMIUM")
	if browser == "" {
		browser = defaultBrowser
	}
	if err := check(needs(root, browser)); err != nil {
		return err
	}
	state, err := os.MkdirTemp("", "dcm-journeys-")
	if err != nil {
		return fmt.Errorf("make a place for the run: %w", err)
	}
	defer os.RemoveAll(state)
	if err := os.Chmod(state, 0o711); err != nil { // PostgreSQL runs as another user
		return fmt.Errorf("let PostgreSQL's user into the run's place: %w", err)
	}
	log, err := openLog(filepath.Join(root, "dev", "journeys", "output"))
	if err != nil {
		return err
	}
	defer log.Close()
	s, err := stack.Start(ctx, stack.Config{Root: root, Bin: filepath.Join(root, "bin"), State: state, Output: log})
	if err != nil {
		return fmt.Errorf("start the product: %w\n(what the functions said is in %s)", err, log.Name())
	}
	err = play(ctx, filepath.Join(root, "dev", "journeys"), browser, filepath.Join(state, "run.json"), args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "what the functions said is in", log.Name())
	}
	return errors.Join(err, s.Close())
}

// play runs Playwright against the product that the run file describes.
func play(ctx context.Context, dir, browser, runFile string, args []string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, playwright), append([]string{"test"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "DCM_RUN="+runFile, "CHROMIUM="+browser)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = farewell
	return cmd.Run()
}

// openLog keeps what the functions say, for when a journey fails.
func openLog(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make a place for the output: %w", err)
	}
	log, err := os.Create(filepath.Join(dir, "functions.log"))
	if err != nil {
		return nil, fmt.Errorf("open the functions' log: %w", err)
	}
	return log, nil
}

// checkout is the nearest directory upwards that holds the workspace.
func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the checkout: %w", err)
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.work")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("find the checkout: no go.work in %s or above", dir)
		}
	}
}
