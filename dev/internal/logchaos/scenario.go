package logchaos

import (
	"context"
	"time"

	"dcm.io/dev/internal/chaos"
)

var scenarios = []scenario{
	{name: "calm", play: calmSea, needs: []string{"acknowledged"}},
	{name: "killed-postgres", play: killedPostgres, needs: []string{killed}, recovery: 10 * time.Second},
	{name: "lost-answers", play: lostAnswers, needs: []string{committedAckLost, cutBefore}, recovery: 2 * time.Second},
	{name: "silence", play: silence, needs: []string{silent, muted}, recovery: 15 * time.Second},
	{name: "late-commits", play: lateCommits, needs: []string{held}},
	{name: "held-transaction", play: heldTransaction, needs: []string{heldOpen, preparedOpen, waited}},
	{name: "aborts", play: aborts, needs: []string{"serialization failures", "deadlocks", "cancelled statements"}, recovery: 2 * time.Second},
	{name: "same-id", play: sameID, needs: []string{redelivered, refusedReuse}},
	{name: "bells", play: bells, needs: []string{delivered, dropped, doubled, late, forged}},
	{name: "poison", play: poison, needs: []string{panicked, deadLetters, replayed, refusedBodies}},
	{name: "clocks", play: clocks, needs: []string{wrongClocks}},
	{name: "hostile-tenant", play: hostileTenant, needs: []string{refusedAttacks}},
	{name: "releases", play: releases, needs: []string{unknownFields, unknownTypes}},
	{name: "storm", play: storm, needs: []string{takenAway, newcomers}, recovery: 6 * time.Second},
	{name: "moved", play: moved, needs: []string{noticed, goneOn}, recovery: 10 * time.Second},
	{name: "slow-disk", play: slowDisk, needs: []string{slowAnswers}},
	{name: "failover", play: failover, needs: []string{takenOver, noticed, goneOn, staleWrites}, recovery: 10 * time.Second, on: withStandby},
	{name: "disk-full", play: diskFull, needs: []string{noSpace}, recovery: 30 * time.Second, skip: noDisk, on: smallDisk},
}

// lasting is how long a fault goes on: d, or a third of it in the short form.
func (c *scene) lasting(d time.Duration) time.Duration {
	if c.quick {
		return d / 3
	}
	return d
}

// beside plays something beside a load, which goes on for a moment after it.
func (c *scene) beside(ctx context.Context, change func(*load), play func() error) error {
	l, err := c.begin(ctx, change)
	if err != nil {
		return err
	}
	err = play()
	chaos.Pause(ctx, 500*time.Millisecond)
	l.end()
	return err
}

// calmSea is for comparison: nothing goes wrong, so nothing may fail.
func calmSea(ctx context.Context, c *scene) error {
	return c.beside(ctx, nil, func() error {
		chaos.Pause(ctx, c.lasting(5*time.Second))
		return nil
	})
}
