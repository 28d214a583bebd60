package logchaos

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What storm does.
const (
	takenAway = "connections taken away"
	newcomers = "functions that came at once"
)

// storm takes away all connections that there are, and lets many functions begin
// at the same moment. They are told to come again, and do.
func storm(ctx context.Context, c *scene) error {
	c.lenient = true
	const many = 60
	return c.beside(ctx, nil, func() error {
		var wg sync.WaitGroup
		err := c.during(func() error {
			var taken []*pgx.Conn
			for {
				conn, err := c.connect(ctx, event.Notify)
				if err != nil {
					break
				}
				taken = append(taken, conn)
			}
			c.tally.Add(takenAway, len(taken))
			for n := range many {
				wg.Go(func() { c.newcomer(ctx, n) })
			}
			chaos.Pause(ctx, c.lasting(3*time.Second))
			for _, conn := range taken {
				if err := conn.Close(ctx); err != nil {
					return fmt.Errorf("let a connection go: %w", err)
				}
			}
			return nil
		})
		wg.Wait()
		return err
	})
}

// newcomer is a function that has just started: it opens its own pool and records
// one thing.
func (c *scene) newcomer(ctx context.Context, n int) {
	log, err := pglog.Open(ctx, pglog.Config{URL: c.role(event.Submit), MaxConns: 2}, readmodel.Project)
	if err != nil {
		c.violate(checker.U9, "open the log: %v", err)
		return
	}
	defer log.Close()
	t := c.tenants[n%2]
	key := eventlog.Key{Tenant: t.id, Stream: uuid.New()}
	l := &load{scene: c, log: log}
	if l.ask(ctx, c.random(fmt.Sprint("newcomer", n)), key, fmt.Sprint("newcomer-", n), submission(t, key.Stream), time.Now()) {
		c.tally.Add(newcomers, 1)
	}
}
