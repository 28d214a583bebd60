package logchaos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/wire"
)

const killed = "kills of PostgreSQL"

// killedPostgres ends the server as a power cut would, at moments of chance.
func killedPostgres(ctx context.Context, c *scene) error {
	rounds, random := 20, c.random("kill")
	if c.quick {
		rounds = 2
	}
	return c.beside(ctx, nil, func() error {
		for range rounds {
			chaos.Pause(ctx, 300*time.Millisecond+time.Duration(random.Int64N(int64(700*time.Millisecond))))
			// What it takes to come back is part of recovering.
			if err := c.during(c.home().Kill); err != nil {
				return err
			}
			if err := c.home().Start(ctx); err != nil {
				return err
			}
			c.tally.Add(killed, 1)
		}
		return nil
	})
}

// lostAnswers breaks connections before and after the commit. After it nobody
// knows whether the facts are there, and everybody asks again.
func lostAnswers(ctx context.Context, c *scene) error {
	return c.beside(ctx, nil, func() error {
		return c.storms(ctx, wire.Weather{Cut: 50, Lose: 80, All: true}, 10*time.Second)
	})
}

// storms has bad weather on the wire for so long, and fine weather again.
func (c *scene) storms(ctx context.Context, weather wire.Weather, d time.Duration) error {
	return c.during(func() error {
		c.wire.Set(weather)
		chaos.Pause(ctx, c.lasting(d))
		c.wire.Set(wire.Weather{})
		return nil
	})
}

// silence lets connections fall silent, as when a host or a firewall's memory is
// gone: nobody is told, and each side waits for the other. Whoever asks must give up
// by itself, and the server must end what it has begun for somebody who does not
// speak any more: an open transaction holds up all who follow the log.
func silence(ctx context.Context, c *scene) error {
	return c.beside(ctx, nil, func() error {
		if err := c.storms(ctx, wire.Weather{Silence: 20, Mute: 20, All: true}, 6*time.Second); err != nil {
			return err
		}
		const old = `usename like 'dcm_%' and clock_timestamp() - xact_start > interval '2 seconds'`
		chaos.Pause(ctx, 3*time.Second) // what is open now and of no use is old then
		for until := time.Now().Add(25 * time.Second); ; chaos.Pause(ctx, 200*time.Millisecond) {
			open, err := c.count(ctx, `select count(*) from pg_stat_activity where datname = $1 and `+old, c.database)
			if err != nil || open == 0 {
				return err
			}
			if time.Now().After(until) {
				c.violate(checker.U8, "%d transactions of connections that fell silent are still open", open)
				return c.exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where `+old)
			}
		}
	})
}

// lateCommits holds appends back between their statements and their commit: lower
// numbers become visible after higher ones, and who follows must miss none.
func lateCommits(ctx context.Context, c *scene) error {
	c.wire.Set(wire.Weather{Hold: 300, HoldFor: 250 * time.Millisecond})
	defer c.wire.Set(wire.Weather{})
	return c.beside(ctx, func(l *load) { l.hurry = 20 * time.Millisecond }, func() error {
		chaos.Pause(ctx, c.lasting(6*time.Second))
		return nil
	})
}

// aborts makes the database itself undo appends, with the errors that it has for
// being in somebody's way.
func aborts(ctx context.Context, c *scene) error {
	err := c.exec(ctx, `
		create sequence public.chaos_40001; create sequence public.chaos_40p01; create sequence public.chaos_57014;
		grant usage on sequence public.chaos_40001, public.chaos_40p01, public.chaos_57014 to dcm_app;
		create function public.chaos_abort() returns trigger language plpgsql as $$
		declare code text := (array['40001', '40P01', '57014'])[1 + floor(random() * 3)::int];
		begin
			if random() < 0.05 then
				perform nextval('public.chaos_' || lower(code)); -- stays, whatever is undone
				raise exception 'aborted on purpose' using errcode = code;
			end if;
			return new;
		end $$;
		create trigger chaos_abort before insert on dcm.facts for each row execute function public.chaos_abort()`)
	if err != nil {
		return err
	}
	return c.beside(ctx, nil, func() error {
		err := c.during(func() error {
			chaos.Pause(ctx, c.lasting(6*time.Second))
			return c.exec(ctx, `drop trigger chaos_abort on dcm.facts`)
		})
		for what, sequence := range map[string]string{"serialization failures": "40001", "deadlocks": "40p01", "cancelled statements": "57014"} {
			n, err2 := c.count(ctx, fmt.Sprintf(`select case when is_called then last_value else 0 end from public.chaos_%s`, sequence))
			err = errors.Join(err, err2)
			c.tally.Add(what, n)
		}
		return err
	})
}
