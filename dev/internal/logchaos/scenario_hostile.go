package logchaos

import (
	"context"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// connect opens a plain connection with a function's login.
func (c *scene) connect(ctx context.Context, f event.Function) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, c.role(f))
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", f, err)
	}
	return conn, nil
}

// projected is what a submission changes in the read model.
func projected(f event.RequestSubmitted) func(raw) (string, []any) {
	return func(r raw) (string, []any) {
		e := r.Envelope
		e.Fact = f
		s := readmodel.Project(e)[0]
		return s.SQL, s.Args
	}
}

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
		pause(ctx, c.lasting(4*time.Second))
		return nil
	})
	if err != nil {
		return err
	}
	n, err := c.count(ctx, `select count(*) from dcm.facts a join dcm.facts b using (tenant_id, stream_id)
		where b.version = a.version + 1 and (b.recorded_at < a.recorded_at or (b.xid, b.position) < (a.xid, a.position))`)
	if n > 0 {
		c.violate("U3", "%d facts were recorded before the one that they follow", n)
	}
	return err
}

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

// What releases does.
const (
	unknownFields = "facts with fields of tomorrow"
	unknownTypes  = "facts of types of tomorrow"
)

// releases lets the next release write to the same log: facts with fields that
// this one does not know, and facts of types that it has never heard of.
func releases(ctx context.Context, c *scene) error {
	conn, err := c.connect(ctx, event.Submit)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return c.beside(ctx, nil, func() error {
		for until, n := time.Now().Add(c.lasting(6*time.Second)), 0; time.Now().Before(until) && ctx.Err() == nil; n++ {
			t, stream := c.tenants[n%2], uuid.New()
			f := submission(t, stream)
			data, err := event.Encode(f)
			if err != nil {
				return err
			}
			wider := append([]byte(`{"cost_centre":"4711",`), data[1:]...)
			if err := c.record(ctx, conn, t, stream, fmt.Sprint("next-", n), string(f.EventType()), wider, projected(f)); err != nil {
				return err
			}
			c.tally.Add(unknownFields, 1)
			if err := c.record(ctx, conn, t, stream, fmt.Sprint("annotated-", n), "io.dcm.request.annotated.v1", []byte(`{"note":"of tomorrow"}`)); err != nil {
				return err
			}
			c.tally.Add(unknownTypes, 1)
			pause(ctx, 40*time.Millisecond)
		}
		return nil
	})
}
