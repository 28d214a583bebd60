// Command bench prints what was measured beside what the budgets promise, one
// line a row, and exits with 1 if a gate is missed.
//
//	bench [-only flow,start,receive,append,rebuild]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"dcm.io/dev/internal/bench"
	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/stack"
)

var errMissed = errors.New("a gate is missed")

func main() {
	objectstore.RunIfChild()
	only := flag.String("only", "flow,start,receive,append,rebuild", "parts to measure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, strings.Split(*only, ","))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures on a stack of its own: its database is the one that functions
// have, its processes idle while the other rows are measured.
func run(ctx context.Context, only []string) error {
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
	rows, err := measure(ctx, s, filepath.Join(root, "bin"), only)
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

func measure(ctx context.Context, s *stack.Stack, bin string, only []string) ([]bench.Row, error) {
	parts := map[string]func() ([]bench.Row, error){
		"flow":    func() ([]bench.Row, error) { return bench.Flow(ctx, s.Run()) },
		"start":   func() ([]bench.Row, error) { return bench.Start(ctx, bin, programs(s)) },
		"receive": func() ([]bench.Row, error) { return bench.Receive(ctx) },
		"append":  func() ([]bench.Row, error) { return bench.Append(ctx, s.Run().Database, s.DatabaseAs(stack.Submit)) },
		"rebuild": func() ([]bench.Row, error) {
			return bench.Rebuild(ctx, s.Run().Database, s.DatabaseAs("operator"), bench.RebuiltFacts)
		},
	}
	var all []bench.Row
	for _, name := range only {
		part, ok := parts[name]
		if !ok {
			return nil, fmt.Errorf("there is no part %q", name)
		}
		rows, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// programs are the functions with the environment that they have in the stack.
// provision carries govmomi; what it and web weigh is said, not gated. web keeps
// one instance, so nobody waits for its start.
func programs(s *stack.Stack) []bench.Program {
	var all []bench.Program
	for _, name := range []string{stack.Submit, stack.Approve, stack.Provision, stack.Notify, stack.AuditExport, stack.Web} {
		p := bench.Program{Name: name, Env: s.Environment(name), GateMB: 20, TargetMB: 12}
		if name == stack.Provision || name == stack.Web || name == stack.Approve {
			p.GateMB, p.TargetMB = 0, 0
		}
		if name == stack.Web {
			p.KeptAlive = true
		}
		all = append(all, p)
	}
	return all
}
