package logchaos

import (
	"context"
	"time"

	"dcm.io/dev/internal/wire"
)

var scenarios = []scenario{
	{name: "calm", play: calmSea, needs: []string{"acknowledged"}},
	{name: "lost-answers", play: lostAnswers, needs: []string{committedAckLost, cutBefore}, recovery: 2 * time.Second},
}

// lasting is how long a fault goes on: d, or a third of it in the short form.
func (c *scene) lasting(d time.Duration) time.Duration {
	if c.quick {
		return d / 3
	}
	return d
}

// calmSea is for comparison: nothing goes wrong, so nothing may fail.
func calmSea(ctx context.Context, c *scene) error {
	l, err := c.begin(ctx, nil)
	if err != nil {
		return err
	}
	pause(ctx, c.lasting(5*time.Second))
	l.end()
	return nil
}

// lostAnswers breaks connections before and after the commit. After it nobody
// knows whether the facts are there, and everybody asks again.
func lostAnswers(ctx context.Context, c *scene) error {
	l, err := c.begin(ctx, nil)
	if err != nil {
		return err
	}
	err = c.during(func() error {
		c.wire.Set(wire.Weather{Cut: 50, Lose: 80, All: true})
		pause(ctx, c.lasting(10*time.Second))
		c.wire.Set(wire.Weather{})
		return nil
	})
	pause(ctx, time.Second)
	l.end()
	return err
}
