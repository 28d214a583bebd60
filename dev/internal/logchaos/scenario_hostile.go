package logchaos

import (
	"context"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const refusedAttacks = "attacks refused"

// hostileTenant is a function in the wrong hands: it has its own login and says
// what it likes. What it gets through stays, for the checks to find.
func hostileTenant(ctx context.Context, c *scene) error {
	return c.beside(ctx, nil, func() error {
		for until := time.Now().Add(c.lasting(4 * time.Second)); time.Now().Before(until) && ctx.Err() == nil; {
			for _, f := range []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.Web, event.AuditExport} {
				if err := c.attack(ctx, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// attack tries, as one tenant, what only another may do, or nobody.
func (c *scene) attack(ctx context.Context, f event.Function) error {
	conn, err := c.connect(ctx, f)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	mine, theirs := c.tenants[0], c.tenants[1]
	forge := rawAfter(theirs.id, uuid.New(), eventlog.Head{}, "forged-"+uuid.NewString(), string(event.RequestWithdrawn{}.EventType()), []byte(`{"by":"0197f3a0-0000-5000-8000-000000000001"}`))
	for _, try := range []func() error{
		func() error { return forge.insert(ctx, conn) },
		func() error {
			return failing(ctx, conn, `insert into dcm.work (tenant_id, stream_id, function, kind) values ($1, gen_random_uuid(), 'approve', 'forged')`, theirs.id)
		},
		func() error {
			return failing(ctx, conn, `update dcm.facts set data = '' where tenant_id = $1`, mine.id)
		},
		func() error { return failing(ctx, conn, `delete from dcm.facts where tenant_id = $1`, mine.id) },
		func() error { return failing(ctx, conn, `truncate dcm.facts`) },
		func() error { return failing(ctx, conn, `alter table dcm.facts no force row level security`) },
		func() error { return failing(ctx, conn, `set role dcm_owner`) },
	} {
		if _, err := conn.Exec(ctx, `select set_config('dcm.tenant_id', $1, false)`, mine.id.String()); err != nil {
			return fmt.Errorf("name the tenant: %w", err)
		}
		if try() != nil {
			c.tally.Add(refusedAttacks, 1)
		} else {
			c.tally.Add("attacks that got through", 1)
		}
	}
	return nil
}

func failing(ctx context.Context, conn *pgx.Conn, sql string, args ...any) error {
	_, err := conn.Exec(ctx, sql, args...)
	return err
}
