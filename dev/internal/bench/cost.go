package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
)

// Cost says what each part of an append takes: a fact alone, with the work that
// is owed for it, and with the read model, beside a bare insert and the peers. It
// is how an append that has become slow is looked into, and judges nothing.
func Cost(ctx context.Context, d Database, modules string, pace Pace, conns int) ([]Row, error) {
	w, err := openWriters(ctx, d, modules, conns)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	unseen, err := pglog.Open(ctx, pglog.Config{URL: d.As(event.Submit), MaxConns: int32(conns)}, func(event.Envelope) []pglog.Statement { return nil })
	if err != nil {
		return nil, err
	}
	defer unseen.Close()
	withWork := func(ctx context.Context, _ int) error {
		_, err := unseen.Append(ctx, commandOf(w.tenant, submitted()))
		return err
	}
	sides := []side{
		{"bare insert", w.bare},
		{"fact", w.oneFact},
		{"fact and work", withWork},
		{"fact, work and read model", w.command},
		{"message-db write_message", w.messageDB},
		{"River Insert", w.river},
	}
	r, err := pace.compare(ctx, conns, sides...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, s := range sides {
		wal, err := w.wal(ctx, pace, conns, s)
		if err != nil {
			return nil, err
		}
		rows = append(rows, Row{
			Name: fmt.Sprintf("cost: %s / bare insert, %d connections", s.name, conns), Value: ratio(r[i].rates, r[0].rates), Unit: "x",
			Note: fmt.Sprintf("%.0f /s, p50 %.1f ms, %.0f B of WAL", Median(r[i].rates), Median(r[i].p50), wal),
		})
	}
	return rows, nil
}

// wal is how many bytes of it one operation writes. Pages that are changed for
// the first time after a checkpoint are written whole; the rounds before were
// there to have most of that over.
func (w *writers) wal(ctx context.Context, pace Pace, conns int, s side) (float64, error) {
	const written = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint`
	var from, to int64
	if err := w.admin.QueryRow(ctx, written).Scan(&from); err != nil {
		return 0, err
	}
	var n atomic.Int64
	if _, _, err := load(ctx, conns, pace.For, func(ctx context.Context, worker int) error {
		n.Add(1)
		return s.op(ctx, worker)
	}); err != nil {
		return 0, err
	}
	if err := w.admin.QueryRow(ctx, written).Scan(&to); err != nil {
		return 0, err
	}
	return float64(to-from) / float64(n.Load()), nil
}
