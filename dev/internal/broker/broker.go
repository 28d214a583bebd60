package broker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"knative.dev/pkg/observability/tracing"
	"knative.dev/pkg/system"
)

// drain bounds how long Close waits for answers that are being written.
const drain = 2 * time.Second

// Config is what Start needs.
type Config struct {
	// Manifests is YAML with one Broker and its Triggers; other kinds are skipped.
	Manifests []byte

	// Services are the base URLs of the Services that Triggers and dead-letter
	// sinks refer to, by name.
	Services map[string]string

	// Listen is the ingress' address; 127.0.0.1:0 takes a free port.
	Listen string

	// Tap is shown all that is sent to the broker, if it is not nil.
	Tap func(header http.Header, body []byte)

	Logger         *slog.Logger
	MeterProvider  metric.MeterProvider
	TracerProvider trace.TracerProvider
}

// Broker is a running broker.
type Broker struct {
	ingress  *http.Server // what senders know
	internal *http.Server // channel and filter, which only the broker's parts know
	url      string
	forget   func()
	closed   atomic.Bool
}

// Start brings the broker of the manifests up. To stop it for a while, Close it
// and Start another with the same Listen address.
func Start(ctx context.Context, cfg Config) (*Broker, error) {
	cfg.setDefaults()
	otel.SetTextMapPropagator(tracing.DefaultTextMapPropagator()) // as Knative's mains do: traces go through
	if err := os.Setenv(system.NamespaceEnvKey, "knative-eventing"); err != nil {
		return nil, fmt.Errorf("start broker: %w", err)
	}
	manifest, err := parse(ctx, cfg.Manifests)
	if err != nil {
		return nil, err
	}
	outside, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for events: %w", err)
	}
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for the broker's own parts: %w", err), outside.Close())
	}
	wiring := wiring{cfg: cfg, manifest: manifest, outside: outside.Addr().String(), inside: inside.Addr().String()}
	if err := wiring.resolve(); err != nil {
		return nil, errors.Join(err, outside.Close(), inside.Close())
	}
	ingress, internal, forget, err := wiring.handlers()
	if err != nil {
		return nil, errors.Join(err, outside.Close(), inside.Close())
	}
	b := &Broker{url: manifest.broker.Status.Address.URL.String(), forget: sync.OnceFunc(forget)}
	b.ingress = cfg.server(cfg.tapped(ingress), "broker-ingress")
	b.internal = cfg.server(b.untilClosed(internal), "broker-internal")
	go b.internal.Serve(inside) //nolint:errcheck // ends with ErrServerClosed, by Close
	go b.ingress.Serve(outside) //nolint:errcheck // likewise
	return b, nil
}

// tapped shows what comes in before it is taken.
func (c *Config) tapped(next http.Handler) http.Handler {
	if c.Tap == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the event ended too early", http.StatusBadRequest)
			return
		}
		c.Tap(r.Header.Clone(), body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// URL is where events are sent to: the K_SINK of every function.
func (b *Broker) URL() string { return b.url }

// Close stops the broker. Events under way are lost, as they are when the pod
// of an in-memory channel dies: their retries find nobody listening.
func (b *Broker) Close() error {
	b.closed.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	err := b.ingress.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = b.ingress.Close()
	}
	err = errors.Join(err, b.internal.Close())
	b.forget()
	return err
}

// untilClosed cuts off what the parts still tell each other while the broker
// closes: a retry must not slip through on a connection that is closed last.
func (b *Broker) untilClosed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.closed.Load() {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}

func (c *Config) setDefaults() {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.MeterProvider == nil {
		c.MeterProvider = metricnoop.NewMeterProvider()
	}
	if c.TracerProvider == nil {
		c.TracerProvider = tracenoop.NewTracerProvider()
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
}

func (c *Config) server(h http.Handler, name string) *http.Server {
	return &http.Server{
		Handler: otelhttp.NewHandler(h, name,
			otelhttp.WithMeterProvider(c.MeterProvider), otelhttp.WithTracerProvider(c.TracerProvider)),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
	}
}
