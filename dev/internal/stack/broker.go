package stack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dcm.io/dev/internal/broker"
	"dcm.io/eventing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// A doorbell is the broker, which tests take away and bring back at the same
// address.
type doorbell struct {
	config broker.Config
	tracer *sdk.TracerProvider // as long as the stack, however often the broker comes and goes

	mu      sync.Mutex
	running *broker.Broker // nil while it is down
	at      string
}

func (d *doorbell) url() string { return d.at }

// Up starts the broker if it is down.
func (d *doorbell) Up(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running != nil {
		return nil
	}
	b, err := broker.Start(ctx, d.config)
	if err != nil {
		return err
	}
	d.running, d.at = b, b.URL()
	return nil
}

// Down stops the broker; what it had not delivered is lost.
func (d *doorbell) Down() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running == nil {
		return nil
	}
	err := d.running.Close()
	d.running = nil
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Close stops the broker for good, with what its spans say sent.
func (d *doorbell) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), flushLimit)
	defer cancel()
	return errors.Join(d.Down(), d.tracer.Shutdown(ctx))
}

const flushLimit = 2 * time.Second

// newDoorbell reads the routing that is deployed: the generated Triggers. Its
// broker traces as Knative's components do, with the stock exporter.
func (s *Stack) newDoorbell(ctx context.Context) (*doorbell, error) {
	listen, err := s.ports.take("broker", 0)
	if err != nil {
		return nil, err
	}
	services := s.placed.urls(functions...)
	// Nothing listens there: the log's own dead letters are what counts.
	services["dead-letter"] = httpURL(1)
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(s.Traces.URL()+"/v1/traces"))
	if err != nil {
		return nil, fmt.Errorf("trace the broker: %w", err)
	}
	tracer := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(time.Second)),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "broker"))))
	return &doorbell{tracer: tracer, config: broker.Config{
		Manifests: eventing.Manifests(), Services: services, Listen: address(listen), Logger: s.cfg.Logger, TracerProvider: tracer, Tap: s.cfg.Tap,
	}}, nil
}
