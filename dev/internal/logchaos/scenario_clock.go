package logchaos

import (
	"context"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
)

const wrongClocks = "facts of wrong clocks"

// clocks are functions whose watches are an hour fast or slow, or leap back.
func clocks(ctx context.Context, c *scene) error {
	began := time.Now()
	wrong := func(l *load) {
		l.clock = func(writer int) time.Time {
			now := time.Now()
			c.tally.Add(wrongClocks, 1)
			switch writer % 3 {
			case 0:
				return now.Add(time.Hour)
			case 1:
				return now.Add(-time.Hour)
			}
			return began.Add(time.Hour - 10*now.Sub(began)) // ten times as fast, and backwards
		}
	}
	err := c.beside(ctx, wrong, func() error {
		chaos.Pause(ctx, c.lasting(4*time.Second))
		return nil
	})
	if err != nil {
		return err
	}
	n, err := c.count(ctx, `select count(*) from dcm.facts a join dcm.facts b using (tenant_id, stream_id)
		where b.version = a.version + 1 and (b.recorded_at < a.recorded_at or (b.xid, b.position) < (a.xid, a.position))`)
	if n > 0 {
		c.violate(checker.U3, "%d facts were recorded before the one that they follow", n)
	}
	return err
}
