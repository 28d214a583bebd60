package logchaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"github.com/jackc/pgx/v5"
)

// What moved does.
const (
	noticed = "refusals to go on after the move"
	goneOn  = "facts sequenced after it was accepted"
)

// moved copies the database into another cluster, as dump and restore do. There
// transactions are numbered anew: the trees stand still until somebody says that
// the move is known, and then miss nothing.
func moved(ctx context.Context, c *scene) error {
	if err := calmSea(ctx, c); err != nil {
		return err
	}
	if err := c.rest(ctx); err != nil {
		return err
	}
	if err := c.during(func() error { return c.move(ctx) }); err != nil {
		return err
	}
	return c.beside(ctx, func(l *load) { l.name = "after" }, func() error {
		chaos.Pause(ctx, c.lasting(3*time.Second))
		return c.accept(ctx)
	})
}

// accept sees that no tree grows in the other cluster before somebody says that
// the move is known, and that all do then.
func (c *scene) accept(ctx context.Context) error {
	if err := c.standStill(ctx); err != nil {
		return err
	}
	log, err := c.open(ctx, event.Operator, 1)
	if err != nil {
		return err
	}
	epochs, err := log.AcceptCluster(ctx, "chaos", "moved on purpose")
	if err != nil {
		return err
	}
	if len(epochs) != len(c.tenants) {
		c.violate(checker.U6, "the move was accepted for %d tenants of %d", len(epochs), len(c.tenants))
	}
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); chaos.Pause(ctx, 100*time.Millisecond) {
		n, err := c.count(ctx, `select count(*) from dcm.tree_leaves where epoch = 2`)
		if err != nil || n > 0 {
			c.tally.Add(goneOn, n)
			return err
		}
	}
	return nil
}

// standStill sees that nothing grows in the other cluster by itself, not even if
// it is told what is missing.
func (c *scene) standStill(ctx context.Context) error {
	strangers, err := c.trail.audit.Strangers(ctx)
	if err != nil {
		return fmt.Errorf("ask for trees of elsewhere: %w", err)
	}
	if len(strangers) != len(c.tenants) {
		c.violate(checker.U6, "the move was noticed for %d tenants of %d", len(strangers), len(c.tenants))
	}
	conn, err := c.admin(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, t := range c.tenants {
		u := pglog.Unsequenced{Key: eventlog.Key{Tenant: t.id}}
		err := conn.QueryRow(ctx, `select f.stream_id, f.version from dcm.facts f where f.tenant_id = $1 and not exists (
			select from dcm.tree_leaves l where l.tenant_id = f.tenant_id and l.stream_id = f.stream_id and l.version = f.version) limit 1`, t.id).Scan(&u.Key.Stream, &u.Version)
		if err != nil {
			return fmt.Errorf("find a fact that is in no tree: %w", err)
		}
		if err := c.trail.audit.Sequence(ctx, t.id, []pglog.Unsequenced{u}); !errors.Is(err, pglog.ErrMoved) {
			c.violate(checker.U6, "the tree of tenant %s goes on in another cluster, and nobody was asked: %v", t.id, err)
			continue
		}
		c.tally.Add(noticed, 1)
	}
	return nil
}

// move makes everybody go on with a copy.
func (c *scene) move(ctx context.Context) error {
	there, err := c.home().suite.start(ctx, filepath.Join(c.home().suite.State, "elsewhere"), nil)
	if err != nil {
		return err
	}
	c.leave = there.Close
	if err := there.make(ctx, c.database); err != nil {
		return err
	}
	from, err := c.admin(ctx)
	if err != nil {
		return err
	}
	defer from.Close(ctx)
	to, err := pgx.Connect(ctx, there.DatabaseURL(c.database))
	if err != nil {
		return fmt.Errorf("connect to the other cluster: %w", err)
	}
	defer to.Close(ctx)
	if err := restore(ctx, from, to); err != nil {
		return err
	}
	if err := c.wire.Aim(there.URL()); err != nil {
		return err
	}
	c.settleIn(there)
	c.restarted = true
	return c.trail.restart(ctx)
}

// restore copies all rows, as a dump has them: column by column, with triggers
// asleep, and sequences moved up.
func restore(ctx context.Context, from, to *pgx.Conn) error {
	if _, err := to.Exec(ctx, `set session_replication_role = replica`); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	rows, err := from.Query(ctx, `select c.relname::text, (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
			where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
		from pg_class c where c.relnamespace = 'dcm'::regnamespace and c.relkind = 'r'`)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	type table struct{ Name, Columns string }
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[table])
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, t := range tables {
		var dump bytes.Buffer
		if _, err := from.PgConn().CopyTo(ctx, &dump, `copy dcm.`+t.Name+` (`+t.Columns+`) to stdout`); err != nil {
			return fmt.Errorf("dump %s: %w", t.Name, err)
		}
		if _, err := to.PgConn().CopyFrom(ctx, &dump, `copy dcm.`+t.Name+` (`+t.Columns+`) from stdin`); err != nil {
			return fmt.Errorf("restore %s: %w", t.Name, err)
		}
	}
	if _, err := to.Exec(ctx, `select setval(pg_get_serial_sequence('dcm.facts', 'position'), (select max(position) from dcm.facts))`); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}
