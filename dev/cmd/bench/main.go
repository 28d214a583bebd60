// Command bench prints what was measured beside what the budgets promise, one
// line a row, and exits with 1 if a gate is missed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"dcm.io/dev/internal/bench"
	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/stack"
)

var errMissed = errors.New("a gate is missed")

func main() {
	objectstore.RunIfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures on a stack of its own: its database is the one that functions
// have, its processes idle while the other rows are measured.
func run(ctx context.Context) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return fmt.Errorf("find the checkout: %w", err)
	}
	state, err := os.MkdirTemp("", "dcm-bench-")
	if err != nil {
		return fmt.Errorf("make a place to measure in: %w", err)
	}
	defer os.RemoveAll(state)
	if err := os.Chmod(state, 0o711); err != nil {
		return fmt.Errorf("let PostgreSQL's user in: %w", err)
	}
	s, err := stack.Start(ctx, stack.Config{Root: root, Bin: filepath.Join(root, "bin"), State: state})
	if err != nil {
		return err
	}
	rows, err := measure(ctx, s, filepath.Join(root, "bin"))
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	bench.Print(os.Stdout, rows)
	for _, r := range rows {
		if r.Missed() {
			return errMissed
		}
	}
	return nil
}

func measure(ctx context.Context, s *stack.Stack, bin string) ([]bench.Row, error) {
	var all []bench.Row
	for _, part := range []func() ([]bench.Row, error){
		func() ([]bench.Row, error) { return bench.Flow(ctx, s.Run()) },
		func() ([]bench.Row, error) { return bench.Start(ctx, bin, programs(s)) },
		func() ([]bench.Row, error) { return bench.Receive(ctx) },
		func() ([]bench.Row, error) { return bench.Append(ctx, s.Run().Database, s.DatabaseAs(stack.Submit)) },
	} {
		rows, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// programs are the functions with the environment that they have in the stack.
// provision carries govmomi; what it and web weigh is said, not gated.
func programs(s *stack.Stack) []bench.Program {
	var all []bench.Program
	for _, name := range []string{stack.Submit, stack.Approve, stack.Provision, stack.Notify, stack.AuditExport, stack.Web} {
		p := bench.Program{Name: name, Env: s.Environment(name), GateMB: 20, TargetMB: 12}
		if name == stack.Provision || name == stack.Web || name == stack.Approve {
			p.GateMB, p.TargetMB = 0, 0
		}
		all = append(all, p)
	}
	return all
}
