package logchaos

import (
	"context"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

const forged = "forged"

// bells is a broker that drops, doubles and delays, and somebody who rings for
// what was never recorded.
func bells(ctx context.Context, c *scene) error {
	c.bell.set(bellWeather{drop: 50, twice: 200, late: 300, by: 400 * time.Millisecond})
	defer c.bell.set(bellWeather{})
	return c.beside(ctx, nil, func() error {
		random := c.random("forger")
		for until := time.Now().Add(c.lasting(8 * time.Second)); time.Now().Before(until) && ctx.Err() == nil; {
			t := c.tenants[random.IntN(2)]
			for _, f := range members {
				kinds := event.ConsumedBy(f)
				c.crew.ring(ctx, f, t.id, uuid.New(), kinds[random.IntN(len(kinds))])
				c.tally.Add(forged, 1)
			}
			chaos.Pause(ctx, 50*time.Millisecond)
		}
		return nil
	})
}
