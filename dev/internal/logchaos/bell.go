package logchaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"dcm.io/shared/event"
)

// A bell is the broker: it takes what functions announce and brings it to the
// consumers, as well or as badly as it is told to.
type bell struct {
	scene  *scene
	server *http.Server
	url    string
	wg     sync.WaitGroup // deliveries under way
	slots  chan struct{}  // taken by each: who announces waits for a free one

	mu      sync.Mutex // guards below
	random  *rand.Rand
	weather bellWeather
	closed  bool
}

// A bellWeather is what befalls a delivery, with a chance of so many in a
// thousand.
type bellWeather struct {
	drop, twice, late int
	by                time.Duration // at most so late: later ones overtake it
}

// underWay bounds deliveries: who announces faster than consumers can act is made
// to wait, as by a broker that answers when they have.
const underWay = 24

// What the bell does.
const (
	delivered = "delivered"
	dropped   = "dropped"
	doubled   = "doubled"
	late      = "late, overtaken"
)

func newBell(c *scene) (*bell, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for announcements: %w", err)
	}
	b := &bell{scene: c, url: "http://" + l.Addr().String(), random: c.random("bell"), slots: make(chan struct{}, underWay)}
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: time.Second}
	b.wg.Go(func() { _ = b.server.Serve(l) }) // ends with ErrServerClosed, by close
	return b, nil
}

// ServeHTTP takes an announcement.
func (b *bell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	headers := map[string]string{}
	for name := range r.Header {
		headers[name] = r.Header.Get(name)
	}
	b.bring(context.WithoutCancel(r.Context()), event.Type(r.Header.Get("ce-type")), headers)
	w.WriteHeader(http.StatusAccepted)
}

// announce rings for facts that no function has announced.
func (b *bell) announce(ctx context.Context, facts []event.Envelope) {
	for _, e := range facts {
		b.bring(context.WithoutCancel(ctx), e.Type, map[string]string{
			"ce-id": e.ID.String(), "ce-type": string(e.Type), "ce-source": e.Source, "ce-tenantid": e.Tenant.String(), "ce-subject": e.Stream.String(),
		})
	}
}

// bring delivers an event to each of its consumers, behind the answer.
func (b *bell) bring(ctx context.Context, kind event.Type, headers map[string]string) {
	for _, f := range event.Consumers(kind) {
		if b.scene.crew.handlers[f] == nil {
			continue
		}
		for _, wait := range b.fate() {
			b.slots <- struct{}{}
			go func() {
				defer b.wg.Done()
				defer func() { <-b.slots }()
				time.Sleep(wait)
				b.scene.crew.post(ctx, f, headers, "{}")
				b.scene.tally.Add(delivered, 1)
			}()
		}
	}
}

// fate is how late each of the deliveries of an event is; none if it is dropped.
// They count as under way from now on.
func (b *bell) fate() (waits []time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hit := func(chance int) bool { return chance > 0 && b.random.IntN(1000) < chance }
	times := 1
	switch {
	case b.closed:
		return nil
	case hit(b.weather.drop):
		b.scene.tally.Add(dropped, 1)
		return nil
	case hit(b.weather.twice):
		b.scene.tally.Add(doubled, 1)
		times = 2 + b.random.IntN(3)
	}
	for range times {
		var wait time.Duration
		if b.weather.by > 0 && hit(b.weather.late) {
			b.scene.tally.Add(late, 1)
			wait = time.Duration(b.random.Int64N(int64(b.weather.by)))
		}
		waits = append(waits, wait)
	}
	b.wg.Add(times)
	return waits
}

func (b *bell) set(w bellWeather) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.weather = w
}

// close waits for what is under way; the deliveries themselves announce nothing
// more.
func (b *bell) close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	err := b.server.Close()
	b.wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
