package logchaos

import (
	"context"
	"fmt"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What heldTransaction does.
const (
	heldOpen     = "transactions held open"
	preparedOpen = "prepared transactions forgotten"
	waited       = "facts that followers waited for"
	ended        = "forgotten transactions ended by the server"
)

// heldTransaction lets a transaction that has written something stay open, and
// forgets a prepared one. Appends go on; followers wait, and miss nothing.
func heldTransaction(ctx context.Context, c *scene) error {
	if err := c.exec(ctx, `create table public.chaos_scratch (n int)`); err != nil {
		return err
	}
	return c.beside(ctx, nil, func() error {
		if err := c.held(ctx, heldOpen, func(conn *pgx.Conn) (func() error, error) {
			tx, err := conn.Begin(ctx)
			if err == nil {
				_, err = tx.Exec(ctx, `insert into public.chaos_scratch (n) values (1)`)
			}
			return func() error { return tx.Commit(ctx) }, err
		}); err != nil {
			return err
		}
		if err := c.held(ctx, preparedOpen, func(conn *pgx.Conn) (func() error, error) {
			_, err := conn.Exec(ctx, `begin; insert into public.chaos_scratch (n) values (2); prepare transaction 'forgotten'`)
			return func() error { _, err := conn.Exec(ctx, `rollback prepared 'forgotten'`); return err }, err
		}); err != nil {
			return err
		}
		if c.quick {
			return nil
		}
		return c.forgotten(ctx)
	})
}

// held holds something open for a while, and sees the followers wait for it.
func (c *scene) held(ctx context.Context, what string, open func(*pgx.Conn) (func() error, error)) error {
	conn, err := c.admin(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	end, err := open(conn)
	if err != nil {
		return fmt.Errorf("hold a transaction open: %w", err)
	}
	chaos.Pause(ctx, 200*time.Millisecond) // followers take up what was settled before
	before := len(c.trail.sight())
	from, err := c.count(ctx, `select count(*) from dcm.facts`)
	if err != nil {
		return err
	}
	chaos.Pause(ctx, c.lasting(5*time.Second))
	to, err := c.count(ctx, `select count(*) from dcm.facts`)
	if err != nil {
		return err
	}
	c.tally.Add(waited, to-from-(len(c.trail.sight())-before))
	c.tally.Add(what, 1)
	return end()
}

// forgotten is a function that begins a transaction, writes and goes to sleep: the
// server ends it, and what it wrote is gone.
func (c *scene) forgotten(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.role(event.Submit))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `begin`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := c.tenants[0].id
	if _, err := conn.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, t.String()); err != nil {
		return fmt.Errorf("name the tenant: %w", err)
	}
	e := rawAfter(t, uuid.New(), eventlog.Head{}, "forgotten", string(event.RequestSubmitted{}.EventType()), []byte(`{}`))
	if err := e.insert(ctx, conn); err != nil {
		return err
	}
	chaos.Pause(ctx, 12*time.Second)
	if _, err := conn.Exec(ctx, `commit`); err == nil {
		c.violate(checker.U8, "a transaction that slept for 12 seconds could still commit")
		return nil
	}
	c.tally.Add(ended, 1)
	return nil
}
