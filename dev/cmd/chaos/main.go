// Command chaos plays the fault suite and prints what came of it as a table. It
// exits with 1 if a promise was broken, a fault did not happen, or a build in
// which something is wrong was not noticed.
//
//	chaos [-seed n] [-only name,...] [-quick]
//
// It is started in the checkout's root, with the binaries built: make chaos does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"dcm.io/dev/internal/campaign"
	"dcm.io/dev/internal/objectstore"
)

// limit bounds the whole suite.
const limit = 10 * time.Minute

func main() {
	objectstore.RunIfChild()
	p := campaign.Everything()
	p.Root, p.Out = ".", os.Stdout
	flag.Uint64Var(&p.Seed, "seed", uint64(time.Now().UnixNano()%1_000_000_000), "what chance is drawn from; by default the moment")
	flag.BoolVar(&p.Quick, "quick", false, "the short form of each scenario")
	only := flag.String("only", "", "scenarios and bad builds to play, separated by commas; all if empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, limit)
	err := run(ctx, p, *only)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "chaos: %v\nto play it again: make chaos SEED=%d\n", err, p.Seed)
		os.Exit(1)
	}
}

func run(ctx context.Context, p campaign.Plan, only string) error {
	if only != "" {
		if err := p.Only(strings.Split(only, ",")); err != nil {
			return err
		}
	}
	return p.Run(ctx)
}
