package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/sethvargo/go-envconfig"
)

// Main runs a process: it reads the configuration C from the environment, sets
// up logging, ends the context on SIGINT or SIGTERM, and exits with 1 if run
// fails. It is the only place that ends the process.
func Main[C any](name string, run func(context.Context, C) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	slog.SetDefault(newLogger(os.Stderr, os.Getenv("LOG_LEVEL")).With("function", name))
	err := configured(ctx, run)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		slog.ErrorContext(ctx, "stopped", "error", err.Error())
		os.Exit(1)
	}
}

func configured[C any](ctx context.Context, run func(context.Context, C) error) error {
	var c C
	if err := envconfig.Process(ctx, &c); err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	return run(ctx, c)
}
