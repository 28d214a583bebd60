package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// hostileWriters is how many write at once.
const hostileWriters = 16

// Hostile has writers whose transactions overtake one another: some take their
// number early, some stay open, some are undone. It counts what those who follow
// the log missed or were told twice, and how long after the commit they were
// told; and what two followers miss that go by positions, so that zero means
// something. Meanwhile it asks for the export's horizon and looks later whether
// what was below it has changed.
func Hostile(ctx context.Context, d Database, during time.Duration) ([]Row, error) {
	h, err := openHostile(ctx, d)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	followers := h.followers()
	quiet := make(chan struct{}) // closed when the last writer has ended
	g, following := errgroup.WithContext(ctx)
	for _, f := range followers {
		g.Go(func() error { return f.follow(following, quiet) })
	}
	var extents *extents
	g.Go(func() (err error) {
		extents, err = h.watchHorizon(following, quiet)
		return err
	})
	g.Go(func() error {
		defer close(quiet)
		return h.write(following, during)
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	moved, err := extents.moved(ctx, h.admin)
	if err != nil {
		return nil, err
	}
	return h.report(followers, extents, moved), nil
}

func (h *hostile) report(followers []*follower, e *extents, moved int) []Row {
	all := fmt.Sprintf("of %d facts by %d writers", len(h.ledger.committed), hostileWriters)
	var rows []Row
	for _, f := range followers {
		missed, twice, lags := f.compare(h.ledger.committed)
		miss := Row{No: "15", Name: f.name + ": facts missed", Value: float64(missed), Gate: nothing, Target: nothing, Lower: true, Note: all}
		if f.naive {
			// A load at which these miss nothing would prove nothing.
			miss.Gate, miss.Target, miss.Lower = 1, 1, false
			rows = append(rows, miss)
			continue
		}
		rows = append(rows, miss,
			Row{No: "15", Name: f.name + ": facts told twice", Value: float64(twice), Gate: nothing, Target: nothing, Lower: true, Note: all})
		lag := Row{
			No: "17", Name: f.name + ": commit to seen, p99", Value: Quantile(lags, 0.99), Unit: "ms", Lower: true,
			Note: fmt.Sprintf("p50 %.1f ms, %d writers, looks again after %s", Quantile(lags, 0.5), hostileWriters, f.pause),
		}
		if f.judged {
			lag.Gate, lag.Target = 250, 50
		}
		rows = append(rows, lag)
	}
	return append(rows,
		Row{No: "15", Name: "the export's horizon: extents that changed afterwards", Value: float64(moved), Gate: nothing, Target: nothing, Lower: true, Note: fmt.Sprintf("of %d", len(e.asked))},
		Row{No: "15", Name: "the export's horizon: extents without what was committed before", Value: float64(e.short), Gate: nothing, Target: nothing, Lower: true})
}

// A ledger is kept outside of the database: what was committed, and when the
// writer was told so.
type ledger struct {
	mu        sync.Mutex
	committed map[uuid.UUID]time.Time // by stream: each fact begins one
}

func (l *ledger) add(stream uuid.UUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.committed[stream] = time.Now()
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.committed)
}

// A follower reads the log on and on.
type follower struct {
	name   string
	naive  bool // it is there to fail
	judged bool // its lag is a promise
	pause  time.Duration
	next   func(context.Context) (streams []uuid.UUID, more bool, err error)

	seen  map[uuid.UUID]time.Time
	twice int
}

// lookOn is how long a follower goes on finding nothing after the last writer.
const lookOn = time.Second

func (f *follower) follow(ctx context.Context, quiet <-chan struct{}) error {
	f.seen = map[uuid.UUID]time.Time{}
	var nothingSince time.Time
	for {
		streams, more, err := f.next(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		now := time.Now()
		for _, s := range streams {
			if _, again := f.seen[s]; again {
				f.twice++
				continue
			}
			f.seen[s] = now
		}
		if len(streams) > 0 {
			nothingSince = time.Time{}
		}
		select {
		case <-quiet:
			if nothingSince.IsZero() {
				nothingSince = now
			} else if now.Sub(nothingSince) > lookOn {
				return nil
			}
		default:
		}
		if more {
			continue
		}
		select {
		case <-time.After(f.pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// compare holds what was seen against what was committed. Lags are sorted, in
// milliseconds; who saw a fact before its writer was told waited for nothing.
func (f *follower) compare(committed map[uuid.UUID]time.Time) (missed, twice int, lags []float64) {
	for s, at := range committed {
		seen, ok := f.seen[s]
		if !ok {
			missed++
			continue
		}
		lags = append(lags, max(0, float64(seen.Sub(at).Microseconds())/1000))
	}
	slices.Sort(lags)
	return missed, f.twice, append(lags, slices.Repeat([]float64{0}, max(0, 1-len(lags)))...)
}

// write runs the writers until the time is over.
func (h *hostile) write(ctx context.Context, during time.Duration) error {
	g, ctx := errgroup.WithContext(ctx)
	until := time.Now().Add(during)
	for range hostileWriters {
		g.Go(func() error {
			for time.Now().Before(until) && ctx.Err() == nil {
				if err := h.writeOne(ctx); err != nil && !errors.Is(err, errUndone) {
					return fmt.Errorf("hostile writer: %w", err)
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// web's login is the live view's, audit-export's the sequencer's.
const (
	liveView  = event.Web
	sequencer = event.AuditExport
)
