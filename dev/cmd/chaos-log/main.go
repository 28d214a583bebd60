// Command chaos-log plays the fault suite's scenarios at the level of the log, and
// prints what came of each as a line of JSON. It is a program of its own so that
// it can be built from sources in which something is wrong on purpose.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/logchaos"
)

func main() {
	var s logchaos.Suite
	flag.StringVar(&s.Modules, "modules", "shared/postgres/node_modules", "where PostgreSQL's binaries are")
	flag.StringVar(&s.State, "state", "", "a directory for PostgreSQL and the ledgers")
	flag.Uint64Var(&s.Seed, "seed", 1, "what chance is drawn from")
	flag.BoolVar(&s.Quick, "quick", false, "the short form")
	only := flag.String("only", "", "scenarios to play, separated by commas; all if empty")
	flag.Parse()
	if *only != "" {
		s.Only = strings.Split(*only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	out := json.NewEncoder(os.Stdout)
	err := s.Run(ctx, func(r chaos.Result) { _ = out.Encode(r) }) // whoever reads it may be gone
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos-log:", err)
		os.Exit(1)
	}
}
