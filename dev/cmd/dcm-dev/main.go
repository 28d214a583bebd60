// Command dcm-dev is the local run: every part of DCM, and everything DCM talks
// to, on this machine.
//
//	dcm-dev run [-fresh]   start everything and stay until Ctrl-C
//	dcm-dev demo           drive the whole flow and say what happens
//	dcm-dev secrets        print fresh Secrets for a cluster to develop on
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/stack"
)

// options are what the commands need to know.
type options struct {
	root  string // the checkout
	bin   string // built functions
	state string // kept between runs
}

func main() {
	objectstore.RunIfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dcm-dev:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do: run, demo or secrets")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	root := flags.String("root", ".", "the checkout")
	namespace := flags.String("namespace", "dcm", "of the cluster, for secrets")
	fresh := flags.Bool("fresh", false, "forget what earlier runs kept")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	dir, err := filepath.Abs(*root)
	if err != nil {
		return fmt.Errorf("locate the checkout: %w", err)
	}
	o := options{root: dir, bin: filepath.Join(dir, "bin"), state: filepath.Join(dir, ".dcm")}
	if *fresh {
		if err := forget(o.state); err != nil {
			return fmt.Errorf("forget earlier runs: %w", err)
		}
	}
	switch args[0] {
	case "run":
		return run(ctx, o)
	case "demo":
		return demonstrate(ctx, o)
	case "secrets":
		manifests, err := stack.SharedSecrets().Manifests(*namespace)
		fmt.Print(manifests)
		return err
	default:
		return fmt.Errorf("unknown command %q: run, demo or secrets", args[0])
	}
}

// forget removes what earlier runs kept, unless one of them still runs.
func forget(state string) error {
	if err := os.MkdirAll(state, 0o711); err != nil {
		return err
	}
	lock, err := lockState(state)
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(state), lock.Close())
}
