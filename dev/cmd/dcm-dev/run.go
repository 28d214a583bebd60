package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"dcm.io/dev/internal/process"
	"dcm.io/dev/internal/stack"
)

// run starts everything and stays until it is told to stop.
func run(ctx context.Context, o options) error {
	began := time.Now()
	if err := os.MkdirAll(o.state, 0o711); err != nil {
		return fmt.Errorf("make the state directory: %w", err)
	}
	lock, err := lockState(o.state)
	if err != nil {
		return err
	}
	defer lock.Close()
	log, err := os.OpenFile(filepath.Join(o.state, "functions.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("open the functions' log: %w", err)
	}
	defer log.Close()
	s, err := stack.Start(ctx, stack.Config{
		Root: o.root, Bin: o.bin, State: o.state, Ports: stack.DefaultPorts, Output: io.MultiWriter(log),
		Color: process.IsTerminal(log),
		Say: func(format string, args ...any) {
			fmt.Printf("%5.1f s  "+format+"\n", append([]any{time.Since(began).Seconds()}, args...)...)
		},
	})
	if err != nil {
		return fmt.Errorf("%w\n(what the functions said is in %s)", err, log.Name())
	}
	greet(os.Stdout, s.Run(), time.Since(began), log.Name())
	<-ctx.Done()
	fmt.Println("\nstopping")
	return s.Close()
}

// greet tells where to click and who to log in as.
func greet(w io.Writer, r stack.Run, took time.Duration, log string) {
	fmt.Fprintf(w, "\nDCM is ready after %.1f s.\n\n", took.Seconds())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  Portal\t%s\n  Mail\t%s\n  Issuer\t%s\n  API\t%s/api/openapi.json\n  vCenter\t%s\n  Traces\t%s\n  Logs\t%s\n\n",
		r.Portal, r.Mail, r.Issuer, r.Portal, r.VCenter, r.Traces, log)
	fmt.Fprintf(t, "  Tenant\tUser\tPassword\tRoles\n")
	for _, p := range r.People {
		fmt.Fprintf(t, "  %s\t%s\t%s\t%v\n", p.Tenant, p.Username, p.Password, p.Roles)
	}
	_ = t.Flush() // standard output: if it is gone there is nobody to tell
	fmt.Fprintln(w, "\n  `make demo` in another terminal drives the whole flow. Ctrl-C stops everything.")
}
