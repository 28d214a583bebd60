package flowchaos

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/ledger"
	"github.com/google/uuid"
)

// asking has people ask for so many small machines while play breaks something.
// It returns when all have been promised theirs and nothing is broken any more.
func (p *product) asking(ctx context.Context, machines int, play func() error) error {
	var wg sync.WaitGroup
	queue := make(chan int)
	for _, t := range p.tenants {
		wg.Go(func() {
			for range queue {
				p.ask(ctx, t)
			}
		})
	}
	wg.Go(func() {
		defer close(queue)
		random := p.random("people")
		for n := range machines {
			select {
			case queue <- n:
			case <-ctx.Done():
				return
			}
			chaos.Pause(ctx, time.Duration(random.Int64N(int64(400*time.Millisecond))))
		}
	})
	err := play()
	wg.Wait()
	return err
}

// ask asks until it is answered, always with the same key, as a careful client
// does.
func (p *product) ask(ctx context.Context, t *tenant) {
	p.mu.Lock()
	p.names++
	name := fmt.Sprintf("chaos-%d", p.names)
	p.mu.Unlock()
	wish := client.Wish{
		Project: t.canary, Name: name, Template: "ubuntu-24.04", Size: "S", Network: "prod", LeaseDays: 7, Justification: "Needed to see what breaks.",
	}
	if err := p.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: t.id, Cause: "key-" + name}); err != nil {
		p.violate("U1", "%v", err)
		return
	}
	for ctx.Err() == nil {
		began := time.Now()
		r, err := t.asks.Submit(ctx, "key-"+name, wish)
		p.tried(t, began, err)
		if err != nil {
			p.tally.Add("requests repeated", 1)
			chaos.Pause(ctx, 100*time.Millisecond)
			continue
		}
		stream, err := uuid.Parse(r.ID)
		if err == nil {
			err = p.promises.Write(ledger.Entry{Kind: ledger.Acked, Tenant: t.id, Stream: stream, Cause: "key-" + name})
		}
		if err != nil {
			p.violate("U1", "%s: %v", name, err)
			return
		}
		p.tally.Add("machines promised", 1)
		p.mu.Lock()
		p.wanted[name] = &wanted{tenant: t, request: r.ID}
		p.mu.Unlock()
		return
	}
}
