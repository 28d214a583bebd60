package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"dcm.io/shared/telemetry"
	"github.com/sethvargo/go-envconfig"
)

// flushLimit is how long the end waits for a collector, after drain and still
// within Kubernetes' grace.
const flushLimit = 5 * time.Second

// Main runs a process: it reads the configuration C from the environment, sets
// up logging, ends the context on SIGINT or SIGTERM, and exits with 1 if run
// fails. It is the only place that ends the process.
func Main[C any](name string, run func(context.Context, C) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	slog.SetDefault(newLogger(os.Stderr, os.Getenv("LOG_LEVEL")).With("function", name))
	err := configured(ctx, name, run)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		slog.ErrorContext(ctx, "stopped", "error", err.Error())
		os.Exit(1)
	}
}

func configured[C any](ctx context.Context, name string, run func(context.Context, C) error) error {
	var all struct {
		Own       C
		Telemetry telemetry.Config
	}
	if err := envconfig.Process(ctx, &all); err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	flush := telemetry.Open(all.Telemetry, name)
	err := run(ctx, all.Own)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
	defer cancel()
	if err := flush(ending); err != nil {
		slog.WarnContext(ctx, "the last spans are lost", "error", err.Error())
	}
	return err
}
