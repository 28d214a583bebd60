package logchaos

import (
	"context"
	"errors"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// What failover does.
const (
	takenOver   = "standbys that took over"
	staleWrites = "writes that the primary of before did not acknowledge"
)

// failover ends the server as a power cut would, and the standby takes over. What
// was acknowledged is there, for the standby had confirmed it; who follows the
// log goes on where it was, for transactions are numbered on; the trees wait for
// somebody who knows of it, for they cannot know what the standby had. Then the
// old server comes back, and whoever still reaches it is promised nothing.
func failover(ctx context.Context, c *scene) error {
	old := c.home()
	return c.beside(ctx, nil, func() error {
		chaos.Pause(ctx, c.lasting(4*time.Second))
		err := c.during(func() error {
			if err := old.Kill(); err != nil {
				return err
			}
			if err := old.standby.run(ctx, `select pg_promote(true, 30)`); err != nil {
				return err
			}
			c.settleIn(old.standby)
			c.tally.Add(takenOver, 1)
			return c.wire.Aim(old.standby.URL())
		})
		if err != nil {
			return err
		}
		chaos.Pause(ctx, c.lasting(4*time.Second))
		if err := c.accept(ctx); err != nil {
			return err
		}
		return c.writeTo(ctx, old)
	})
}

// writeTo starts the server that nobody should use any more, and tries to record
// something there.
func (c *scene) writeTo(ctx context.Context, old *server) error {
	if err := old.Start(ctx); err != nil {
		return err
	}
	log, err := pglog.Open(ctx, pglog.Config{URL: old.RoleURL("dcm_submit", old.suite.password, c.database), MaxConns: 1}, readmodel.Project)
	if err != nil {
		return err
	}
	defer log.Close()
	for _, t := range c.tenants {
		key := eventlog.Key{Tenant: t.id, Stream: uuid.New()}
		f := submission(t, key.Stream)
		cause, err := causeOf(key.Stream.String(), f, time.Now())
		if err != nil {
			return err
		}
		bounded, cancel := context.WithTimeout(ctx, 2*time.Second)
		_, err = log.Append(bounded, eventlog.Record{Key: key, Cause: cause, Facts: []event.Fact{f}})
		cancel()
		if err == nil {
			c.violate(checker.U1, "a server that was replaced has promised something")
			continue
		}
		// It must have come as far as the commit: what fails before proves nothing.
		if !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		c.tally.Add(staleWrites, 1)
	}
	return old.Kill()
}
