package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"dcm.io/dev/internal/bench/peer"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// hostile is a log with hostile writers.
type hostile struct {
	admin, app *pgxpool.Pool
	web, audit *pglog.Log
	tenants    []uuid.UUID
	ledger     ledger
}

func openHostile(ctx context.Context, d Database) (h *hostile, err error) {
	h = &hostile{ledger: ledger{committed: map[uuid.UUID]time.Time{}}}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	for range 3 {
		h.tenants = append(h.tenants, uuid.New())
	}
	if h.admin, err = peer.Pool(ctx, d.Admin, 4, nil); err != nil {
		return h, err
	}
	if h.app, err = peer.Pool(ctx, d.As(event.Submit), hostileWriters, nil); err != nil {
		return h, err
	}
	if h.web, err = d.log(ctx, liveView, 2); err != nil {
		return h, err
	}
	h.audit, err = d.log(ctx, sequencer, 2)
	return h, err
}

// Close ends all connections.
func (h *hostile) Close() {
	for _, p := range []*pgxpool.Pool{h.admin, h.app} {
		if p != nil {
			p.Close()
		}
	}
	for _, l := range []*pglog.Log{h.web, h.audit} {
		if l != nil {
			l.Close()
		}
	}
}

var errUndone = errors.New("undone on purpose")

// writeOne records a fact in a transaction of several statements, as nobody of
// ours does: one in ten takes its number first and waits, one in five stays open
// after the insert, one in twenty is undone.
func (h *hostile) writeOne(ctx context.Context) error {
	r := commandOf(h.tenants[rand.IntN(len(h.tenants))], event.AccessDenied{Action: "request.decide"})
	envelopes, err := r.Envelopes()
	if err != nil {
		return err
	}
	e := envelopes[0]
	wait := func(oneIn int) {
		if rand.IntN(oneIn) == 0 {
			time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
		}
	}
	err = pgx.BeginFunc(ctx, h.app, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, e.Tenant.String()); err != nil {
			return err
		}
		if rand.IntN(10) == 0 {
			if _, err := tx.Exec(ctx, `select pg_current_xact_id()`); err != nil {
				return err
			}
			wait(1)
		}
		if err := tx.QueryRow(ctx, saveFact+` returning recorded_at`, e.Tenant, e.Stream, e.Version, e.ID, string(e.Type), e.Source, e.Actor.String(), e.CauseID, e.CauseDigest,
			e.CorrelationID, e.OccurredAt, e.TraceParent, e.Data, e.Hash).Scan(&e.RecordedAt); err != nil {
			return err
		}
		wait(5)
		if rand.IntN(20) == 0 {
			return errUndone
		}
		return nil
	})
	if err == nil {
		h.ledger.add(e.Stream)
	}
	return err
}

// What the live view does: package live of web.
const (
	livePause = 50 * time.Millisecond
	liveBatch = 500
)

// sequencePause is short, for much to happen while facts are in the air; the
// notary of the product looks every eight seconds.
const sequencePause = 20 * time.Millisecond

func (h *hostile) followers() []*follower {
	var place readmodel.Place
	place.XID = "0"
	changes := readmodel.Changes{Log: h.web}
	live := &follower{name: "live view's cursor", judged: true, pause: livePause, next: func(ctx context.Context) (streams []uuid.UUID, more bool, err error) {
		found, err := changes.After(ctx, place, liveBatch)
		for _, c := range found {
			streams, place = append(streams, c.Stream), c.Place
		}
		return streams, len(found) == liveBatch, err
	}}
	tree := &follower{name: "history tree's sequencer", pause: sequencePause, next: func(ctx context.Context) (streams []uuid.UUID, more bool, err error) {
		return sequence(ctx, h.audit)
	}}
	return []*follower{
		live, tree,
		h.byPosition("position > last alone", `select f.position, f.stream_id from dcm.facts f where f.position > $1 order by f.position limit 500`),
		h.byPosition("position > last, below the oldest open transaction", `select f.position, f.stream_id from dcm.facts f
			where f.position > $1 and f.xid < pg_snapshot_xmin(pg_current_snapshot()) order by f.position limit 500`),
	}
}

// byPosition follows the log by positions alone, which are given out before the
// commit: what commits later with a lower one is missed for good.
func (h *hostile) byPosition(name, sql string) *follower {
	var last int64
	return &follower{name: name, naive: true, pause: livePause, next: func(ctx context.Context) (streams []uuid.UUID, more bool, err error) {
		rows, err := h.admin.Query(ctx, sql, last)
		if err != nil {
			return nil, false, err
		}
		var stream uuid.UUID
		_, err = pgx.ForEachRow(rows, []any{&last, &stream}, func() error {
			streams = append(streams, stream)
			return nil
		})
		return streams, len(streams) == liveBatch, err
	}}
}

// sequenceStep is how many facts go into trees at once, as the notary does it.
const sequenceStep = 1000

// sequence puts what is settled into the trees, one step of it, as package notary
// of audit-export does, and tells which streams those were of.
func sequence(ctx context.Context, log *pglog.Log) (streams []uuid.UUID, more bool, err error) {
	these, err := log.Unsequenced(ctx, sequenceStep)
	if err != nil {
		return nil, false, err
	}
	of := map[uuid.UUID][]pglog.Unsequenced{}
	for _, u := range these {
		of[u.Key.Tenant] = append(of[u.Key.Tenant], u)
		streams = append(streams, u.Key.Stream)
	}
	for tenant, mine := range of {
		if err := log.Sequence(ctx, tenant, mine); err != nil {
			return nil, false, err
		}
	}
	return streams, len(these) == sequenceStep, log.Mark(ctx, these)
}

// extents are what the export was told stands still, with how many facts that
// were.
type extents struct {
	tenant uuid.UUID
	asked  []eventlog.Extent
	facts  []int
	short  int // that lacked what was committed before
}

const horizonPause = 100 * time.Millisecond

// watchHorizon asks until it is quiet.
func (h *hostile) watchHorizon(ctx context.Context, quiet <-chan struct{}) (*extents, error) {
	e := &extents{tenant: h.tenants[0]}
	for {
		before := h.ledger.size()
		extent, err := h.audit.Horizon(ctx, e.tenant)
		if err != nil {
			return nil, fmt.Errorf("horizon: %w", err)
		}
		n, all, err := e.count(ctx, h.admin, extent)
		if err != nil {
			return nil, err
		}
		if all < before {
			e.short++
		}
		e.asked, e.facts = append(e.asked, extent), append(e.facts, n)
		select {
		case <-quiet:
			return e, nil
		case <-time.After(horizonPause):
		}
	}
}

// count tells how many facts of the tenant, and of all, are in an extent now.
func (e *extents) count(ctx context.Context, admin *pgxpool.Pool, x eventlog.Extent) (mine, all int, err error) {
	err = admin.QueryRow(ctx, `select count(*) filter (where f.tenant_id = $1), count(*) from dcm.facts f where f.xid < $2::text::xid8`, e.tenant, x.Below).Scan(&mine, &all)
	return mine, all, err
}

// moved counts extents that have other facts than when they were given out.
func (e *extents) moved(ctx context.Context, admin *pgxpool.Pool) (moved int, err error) {
	for i, x := range e.asked {
		n, _, err := e.count(ctx, admin, x)
		if err != nil {
			return 0, err
		}
		if n != e.facts[i] {
			moved++
		}
	}
	return moved, nil
}
