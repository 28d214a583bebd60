package stack

import (
	"context"
	"errors"
	"sync"

	"dcm.io/dev/internal/broker"
	"dcm.io/eventing"
)

// A doorbell is the broker, which tests take away and bring back at the same
// address.
type doorbell struct {
	config broker.Config

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

// newDoorbell reads the routing that is deployed: the generated Triggers.
func (s *Stack) newDoorbell() (*doorbell, error) {
	listen, err := s.ports.take("broker", 0)
	if err != nil {
		return nil, err
	}
	services := s.placed.urls(functions...)
	// Nothing listens there: the log's own dead letters are what counts.
	services["dead-letter"] = httpURL(1)
	return &doorbell{config: broker.Config{
		Manifests: eventing.Manifests(), Services: services, Listen: address(listen), Logger: s.cfg.Logger,
	}}, nil
}
