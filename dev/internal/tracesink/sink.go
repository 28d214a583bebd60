package tracesink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Config is what Start needs.
type Config struct {
	Listen string // address; 127.0.0.1:0 takes a free port
	Logger *slog.Logger
}

// Sink is a running collector.
type Sink struct {
	store  *store
	server *http.Server
	url    string
}

const (
	readTimeout = 10 * time.Second
	drain       = 2 * time.Second
)

// Start takes spans.
func Start(ctx context.Context, cfg Config) (*Sink, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for spans: %w", err)
	}
	s := &Sink{store: newStore(), url: "http://" + l.Addr().String()}
	s.server = &http.Server{
		Handler: handler(s.store), ReadHeaderTimeout: readTimeout, ErrorLog: slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	go s.server.Serve(l) //nolint:errcheck // ends with ErrServerClosed, by Close
	return s, nil
}

// URL is where spans are sent to and traces are looked at.
func (s *Sink) URL() string { return s.url }

// Trace returns the spans of a trace so far, in the order they began.
func (s *Sink) Trace(id string) []Span { return s.store.trace(id) }

// Traces lists the ids of the traces that are kept, the newest first.
func (s *Sink) Traces() []string { return s.store.newest(maxTraces) }

// Close stops the sink and forgets everything.
func (s *Sink) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.server.Close()
	}
	return err
}
