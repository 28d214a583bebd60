// Command journeys plays the browser journeys on a product of their own, which
// it starts, and stops when they are done. Its arguments are Playwright's:
//
//	journeys                      all of them
//	journeys approve --headed     those in files called approve, in a window
//	journeys --grep 'reject'      those whose title says so
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"dcm.io/dev/internal/objectstore"
)

func main() {
	objectstore.RunIfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err == nil {
		return
	}
	// What Playwright has to say, it has said.
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && failed.ExitCode() > 0 {
		os.Exit(failed.ExitCode())
	}
	fmt.Fprintln(os.Stderr, "journeys:", err)
	os.Exit(1)
}
