package logchaos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
)

// Bounds of coming to rest once nothing is broken any more.
const (
	restLimit = 15 * time.Second
	stillness = 700 * time.Millisecond // without anything new, a follower has seen what it will
)

// elapse makes the leases and waits of all work end, as time would.
const elapse = `update dcm.work set not_before = '-infinity', held_until = '-infinity' where not dead`

// rest lets everybody finish, with nothing broken. What is owed for longer than
// that stays owed, and is a violation.
func (c *scene) rest(ctx context.Context) error {
	for until := time.Now().Add(restLimit); ; {
		if err := c.exec(ctx, elapse); err != nil {
			return err
		}
		c.crew.tickAll(ctx)
		due, err := c.count(ctx, `select count(*) from dcm.work where not dead and due_at <= clock_timestamp()`)
		if err != nil {
			return err
		}
		if due == 0 || time.Now().After(until) {
			break
		}
	}
	until := time.Now().Add(restLimit)
	for quiet := time.Now(); time.Since(quiet) < stillness && ctx.Err() == nil; chaos.Pause(ctx, 20*time.Millisecond) {
		seen, err := c.trail.follow(ctx)
		grown, err2 := c.trail.sequence(ctx)
		err = errors.Join(err, err2) // pools may still have connections of before
		if err != nil && time.Now().After(until) {
			return fmt.Errorf("follow the log at rest: %w", err)
		}
		if err != nil || seen+grown > 0 {
			quiet = time.Now()
		}
	}
	return ctx.Err()
}

// judge makes the checks, all but those of what this process holds.
func (c *scene) judge(ctx context.Context, r *chaos.Result, recovery time.Duration) error {
	conn, err := c.admin(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	w, err := r.Log(ctx, chaos.Record{Ledger: c.file, Operator: c.home().RoleURL("dcm_operator", c.home().suite.password, c.database), Owner: conn}, &c.tally)
	if err != nil {
		return err
	}
	r.Add(checker.U5, checker.Owed(w, members, c.crew.deeds()))
	r.Violations = append(r.Violations, checker.Consequences(w, []event.Function{event.Approve, event.Provision})...)
	if !c.restarted {
		r.Violations = append(r.Violations, checker.Followed(w, "the live view", c.trail.sight())...)
	}
	r.Add(checker.U6, checker.Trees(w))
	apart, probes, err := checker.Apart(ctx, conn, c.canaries())
	if err != nil {
		return err
	}
	public := map[string]string{"the log": c.crew.said.String()}
	for _, f := range members {
		public["metrics of "+string(f)] = c.crew.metrics(ctx, f)
	}
	c.mu.Lock()
	told, attempts, windows := c.told, c.attempts, c.windows
	r.Violations = append(r.Violations, c.broken...)
	c.mu.Unlock()
	r.Add(checker.U7, apart, checker.Words(c.canaries(), told, public))
	steady, recovered := checker.Steady(attempts, windows, recovery)
	r.Add(checker.U9, steady)
	r.Recovered = recovered
	c.tally.Add("facts", len(w.Facts))
	c.tally.Add("probes of other tenants", probes)
	return nil
}

func (c *scene) canaries() checker.Canaries {
	all := checker.Canaries{}
	for _, t := range c.tenants {
		all[t.id] = t.canary
	}
	return all
}
