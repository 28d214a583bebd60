// Command dead-letter takes what the broker could not deliver and says so, one
// line for each in the log. It keeps nothing and changes nothing: the work is
// still owed in the event log, where the consumer's next tick finds it, and what
// a function has refused for good stands there with its reason.
package main

import (
	"context"
	"log/slog"

	"dcm.io/shared/function"
)

type config struct {
	Function function.Config
}

func main() { function.Main("dead-letter", run) }

func run(ctx context.Context, cfg config) error {
	return function.ListenAndServe(ctx, cfg.Function.Address(), (&sink{logger: slog.Default()}).handler())
}
