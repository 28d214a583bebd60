package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dcm.io/dev/internal/bench/peer"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	drainBatch = 1000
	// A command's work is taken and settled fact by fact, a commit each.
	workersOfWork = 8
)

// A drain reads a backlog to its end, in ways that are compared.
type drain struct {
	n          int
	pool       *pgxpool.Pool
	web, audit *pglog.Log
	approve    *pglog.Log
	queue      *peer.River
	tenant     uuid.UUID
}

// A way of draining; refill puts the backlog there, and is not measured.
type way struct {
	name   string
	refill func(context.Context) error
	drain  func(context.Context) error
}

// Drain compares following the log by a cursor with an outbox that is emptied by
// DELETE ... SKIP LOCKED, in batches of a thousand, on one connection; and says
// what the history tree, our owed work and River's workers take for as much.
func Drain(ctx context.Context, d Database, pace Pace, n int) ([]Row, error) {
	x, err := openDrain(ctx, d, n)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	ways := x.ways()
	rates, wal := make([][]float64, len(ways)), make([][]float64, len(ways))
	for round := range pace.Rounds {
		for i := range ways {
			k := (round + i) % len(ways)
			rate, bytes, err := x.measure(ctx, ways[k])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", ways[k].name, err)
			}
			rates[k], wal[k] = append(rates[k], rate), append(wal[k], bytes)
		}
	}
	const cursor, outbox = 0, 1
	rows := []Row{
		{
			No: "16", Name: fmt.Sprintf("drain of %d: %s / %s", n, ways[cursor].name, ways[outbox].name), Value: ratio(rates[cursor], rates[outbox]), Unit: "x",
			Gate: 1, Target: 1.3, Note: fmt.Sprintf("%.0f : %.0f /s", Median(rates[cursor]), Median(rates[outbox])),
		},
		{
			No: "16", Name: ways[cursor].name + ", WAL of an event", Value: Median(wal[cursor]), Unit: "B", Gate: 10, Target: 2, Lower: true,
			Note: fmt.Sprintf("%s: %.0f B", ways[outbox].name, Median(wal[outbox])),
		},
	}
	for k := outbox + 1; k < len(ways); k++ {
		rows = append(rows, Row{
			No: "16", Name: fmt.Sprintf("drain of %d: %s / %s", n, ways[k].name, ways[outbox].name), Value: ratio(rates[k], rates[outbox]), Unit: "x",
			Note: fmt.Sprintf("%.0f /s, %.0f B of WAL an event", Median(rates[k]), Median(wal[k])),
		})
	}
	return rows, nil
}

func openDrain(ctx context.Context, d Database, n int) (x *drain, err error) {
	x = &drain{n: n, tenant: uuid.New()}
	defer func() {
		if err != nil {
			x.Close()
		}
	}()
	if x.pool, err = peer.Pool(ctx, d.Admin, 1, nil); err != nil {
		return x, err
	}
	for _, l := range []struct {
		log   **pglog.Log
		of    event.Function
		conns int
	}{{&x.web, event.Web, 1}, {&x.audit, event.AuditExport, 1}, {&x.approve, event.Approve, workersOfWork}} {
		if *l.log, err = d.log(ctx, l.of, l.conns); err != nil {
			return x, err
		}
	}
	if x.queue, err = peer.OpenRiver(ctx, d.Admin, workersOfWork); err != nil {
		return x, err
	}
	_, err = x.pool.Exec(ctx, `create table public.bench_outbox (id bigint generated always as identity primary key, data bytea not null)`)
	return x, err
}

// Close ends all connections.
func (x *drain) Close() {
	if x.queue != nil {
		x.queue.Close()
	}
	for _, l := range []*pglog.Log{x.web, x.audit, x.approve} {
		if l != nil {
			l.Close()
		}
	}
	if x.pool != nil {
		x.pool.Close()
	}
}

// measure returns how many a second a way drains, and how much WAL one takes.
func (x *drain) measure(ctx context.Context, w way) (rate, wal float64, err error) {
	if err := w.refill(ctx); err != nil {
		return 0, 0, fmt.Errorf("refill: %w", err)
	}
	from, err := x.written(ctx)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	err = w.drain(ctx)
	took := time.Since(began)
	if err != nil {
		return 0, 0, err
	}
	to, err := x.written(ctx)
	return float64(x.n) / took.Seconds(), float64(to-from) / float64(x.n), err
}

// written is how much WAL there is, in bytes.
func (x *drain) written(ctx context.Context) (bytes int64, err error) {
	err = x.pool.QueryRow(ctx, `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint`).Scan(&bytes)
	return bytes, err
}

const (
	refillFacts = `
insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
select $1, gen_random_uuid(), 1, gen_random_uuid(), 'io.dcm.request.submitted.v1', '/functions/submit', 'person:p', 'c', 'c', now(), '',
  convert_to(repeat('x', 300), 'UTF8'), sha256('x') from generate_series(1, $2)`
	refillWork = `
insert into dcm.work (tenant_id, stream_id, function, fact_id)
select f.tenant_id, f.stream_id, 'approve', f.fact_id from dcm.facts f where f.tenant_id = $1 order by f.xid desc, f.position desc limit $2`
	refillOutbox = `insert into public.bench_outbox (data) select convert_to(repeat('x', 300), 'UTF8') from generate_series(1, $1)`
	drainOutbox  = `
delete from public.bench_outbox where id in (select id from public.bench_outbox order by id limit $1 for update skip locked) returning data`
)

// exec runs statements outside of a transaction, as vacuum wants it.
func (x *drain) exec(ctx context.Context, sql string, args ...any) error {
	_, err := x.pool.Exec(ctx, sql, args...)
	return err
}

// facts records n facts more, and does what autovacuum does in its time, so that
// nobody pays for it who only reads: hint bits are WAL where pages have checksums.
func (x *drain) facts(ctx context.Context) error {
	if err := x.exec(ctx, refillFacts, x.tenant, x.n); err != nil {
		return err
	}
	if err := x.exec(ctx, `vacuum dcm.facts`); err != nil {
		return err
	}
	return x.settled(ctx)
}

// settled waits for transactions of others, in any database, that are older than
// the facts: behind these no cursor goes.
func (x *drain) settled(ctx context.Context) error {
	for done := false; !done; {
		err := x.pool.QueryRow(ctx, `select not exists (select from dcm.facts f where f.xid >= pg_snapshot_xmin(pg_current_snapshot()))`).Scan(&done)
		if err != nil {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

func (x *drain) ways() []way {
	var place readmodel.Place
	return []way{
		{name: "cursor over the log", refill: func(ctx context.Context) (err error) {
			if place, err = (readmodel.Changes{Log: x.web}).Now(ctx); err != nil {
				return err
			}
			return x.facts(ctx)
		}, drain: func(ctx context.Context) error {
			for left := x.n; left > 0; {
				found, err := readmodel.Changes{Log: x.web}.After(ctx, place, drainBatch)
				if err != nil || len(found) == 0 {
					return errors.Join(err, short(left))
				}
				left, place = left-len(found), found[len(found)-1].Place
			}
			return nil
		}},
		{name: "outbox, DELETE ... SKIP LOCKED", refill: func(ctx context.Context) error {
			if err := x.exec(ctx, refillOutbox, x.n); err != nil {
				return err
			}
			return x.exec(ctx, `vacuum public.bench_outbox`)
		}, drain: func(ctx context.Context) error {
			for left := x.n; left > 0; {
				tag, err := x.pool.Exec(ctx, drainOutbox, drainBatch)
				if err != nil || tag.RowsAffected() == 0 {
					return errors.Join(err, short(left))
				}
				left -= int(tag.RowsAffected())
			}
			return nil
		}},
		{name: "into the history tree", refill: x.backlogOfTree, drain: func(ctx context.Context) error {
			n, err := x.sequenceAll(ctx)
			if err == nil && n != x.n {
				err = short(x.n - n)
			}
			return err
		}},
		{name: fmt.Sprintf("our owed work, taken and settled one by one, %d connections", workersOfWork), refill: func(ctx context.Context) error {
			if err := x.facts(ctx); err != nil {
				return err
			}
			if err := x.exec(ctx, refillWork, x.tenant, x.n); err != nil {
				return err
			}
			return x.exec(ctx, `vacuum dcm.work`)
		}, drain: x.settleAll},
		{name: "River's workers", refill: func(ctx context.Context) error {
			return errors.Join(x.queue.Clear(ctx), x.queue.InsertMany(ctx, peer.Job{}, x.n))
		}, drain: func(ctx context.Context) error { return x.queue.Drain(ctx, x.n) }},
	}
}

func short(left int) error {
	if left == 0 {
		return nil
	}
	return fmt.Errorf("%d are left", left)
}
