package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// A Config is what every function can be told.
type Config struct {
	Port int `env:"PORT, default=8080"`
	// Host is the address to listen on; all of them if empty, as in a container.
	Host string `env:"LISTEN_HOST"`
	// Sink is the broker's address. Without one nothing is announced, and every
	// consumer waits for its tick.
	Sink string `env:"K_SINK"`
	// SinkToken is a file with a token for the broker, which a SinkBinding brings
	// where the cluster asks who announces. Without the file there is none.
	SinkToken string `env:"K_SINK_TOKEN_FILE, default=/oidc/token"`
	// Patience is how long a delivery goes on with the timers that it has set
	// itself before it leaves the rest to the tick.
	Patience time.Duration `env:"PATIENCE, default=5s"`
}

// Limits of the server: generous for a person, tight for an attacker.
const (
	readHeader = 5 * time.Second
	readAll    = 15 * time.Second
	idle       = 2 * time.Minute
	drain      = 10 * time.Second // twice, for requests and for announcing, is less than Kubernetes' grace of 30 s
)

// Serve listens until ctx ends, then lets running requests finish.
func Serve(ctx context.Context, c Config, f Function) error {
	if f.Logger == nil {
		f.Logger = slog.Default()
	}
	h, err := newHandler(c, f)
	if err != nil {
		return err
	}
	err = ListenAndServe(ctx, c.Address(), h)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	h.worker.announcer.wait(ending)
	return err
}

// Address is where to listen.
func (c Config) Address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// ListenAndServe serves h on address until ctx ends, then lets running requests
// finish.
func ListenAndServe(ctx context.Context, address string, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, IdleTimeout: idle,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	slog.InfoContext(ctx, "listening", "address", l.Addr().String())
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("drain: %w", err)
	}
	return nil
}
