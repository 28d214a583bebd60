package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Pace says how thoroughly is measured.
type Pace struct {
	Rounds int           // of each side; their median counts
	For    time.Duration // how long a round is
}

// Official is the pace of figures that are shown to anybody.
var Official = Pace{Rounds: 9, For: time.Second}

// manyConns is the load at which comparisons are judged; fewer is said.
const manyConns = 32

// A side is one of the things that are compared.
type side struct {
	name string
	op   func(ctx context.Context, worker int) error
}

// A result is what a side achieved, a value for each round. Times are in
// milliseconds.
type result struct {
	rates         []float64 // a second
	p50, p95, p99 []float64
}

// compare measures the sides in turn on so many connections. In each round
// another side is the first, so that none always follows the same one.
func (p Pace) compare(ctx context.Context, conns int, sides ...side) ([]result, error) {
	results := make([]result, len(sides))
	for _, s := range sides { // opens connections, prepares statements, fills caches
		if _, _, err := load(ctx, conns, p.For/4, s.op); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for round := range p.Rounds {
		for i := range sides {
			n := (round + i) % len(sides)
			rate, took, err := load(ctx, conns, p.For, sides[n].op)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[n].name, err)
			}
			r := &results[n]
			r.rates, r.p50 = append(r.rates, rate), append(r.p50, Quantile(took, 0.5))
			r.p95, r.p99 = append(r.p95, Quantile(took, 0.95)), append(r.p99, Quantile(took, 0.99))
		}
	}
	return results, nil
}

// ratio is the median of what the rounds' ratios are.
func ratio(of, to []float64) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = of[i] / to[i]
	}
	return Median(ratios)
}

// load runs op on so many workers for a while and returns how many succeeded per second and
// how long each took, sorted, in milliseconds. The first error ends it.
func load(ctx context.Context, workers int, during time.Duration, op func(ctx context.Context, worker int) error) (perSecond float64, took []float64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range workers {
		wg.Go(func() {
			var mine []float64
			for first := true; (first || time.Since(began) < during) && ctx.Err() == nil; first = false {
				t := time.Now()
				if e := op(ctx, worker); e != nil {
					mu.Lock()
					if err == nil {
						err = e
					}
					mu.Unlock()
					cancel()
					return
				}
				mine = append(mine, float64(time.Since(t).Microseconds())/1000)
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(took)
	return float64(len(took)) / time.Since(began).Seconds(), took, err
}
