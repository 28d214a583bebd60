// Command bench prints what was measured beside what the budgets promise, one
// line a row, and exits with 1 if a gate is missed. docs/performance.md says what
// each row means.
//
//	bench [-parts flow,start,receive,...] [-rounds 9] [-round 1s]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"dcm.io/dev/internal/bench"
	"dcm.io/dev/internal/objectstore"
)

var errMissed = errors.New("a gate is missed")

func main() {
	objectstore.RunIfChild()
	var (
		names []string
		of    bench.Sizes
		pace  bench.Pace
	)
	parts := flag.String("parts", strings.Join(order, ","), "what to measure")
	flag.IntVar(&pace.Rounds, "rounds", bench.Official.Rounds, "rounds of each side; fewer than 9 are no figure to show")
	flag.DurationVar(&pace.For, "round", bench.Official.For, "how long a round is")
	of.Flags(flag.CommandLine)
	flag.Parse()
	names = strings.Split(*parts, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, names, pace, of)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the parts one after the other: they would be in each other's way.
func run(ctx context.Context, names []string, pace bench.Pace, of bench.Sizes) (err error) {
	for _, name := range names {
		if !slices.Contains(order, name) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	p, err := newPlace(of.CommitDelay)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	var rows []bench.Row
	for _, name := range names {
		began := time.Now()
		more, err := parts[name](ctx, p, pace, of)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(os.Stderr, "bench: %s took %s\n", name, time.Since(began).Round(time.Second))
		rows = append(rows, more...)
	}
	fmt.Printf("medians of %d rounds of %s each, sides in turn\n", pace.Rounds, pace.For)
	if of.CommitDelay > 0 {
		fmt.Printf("each flush of the database's log was made to take %s longer\n", of.CommitDelay)
	}
	bench.Print(os.Stdout, rows)
	if slices.ContainsFunc(rows, bench.Row.Missed) {
		return errMissed
	}
	return nil
}
