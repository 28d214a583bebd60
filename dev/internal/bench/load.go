package bench

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Every comparison is made with this load.
const (
	loadConns = 32
	loadFor   = time.Second
)

// load runs op on loadConns workers for loadFor and returns how many succeeded per second and
// how long each took, sorted, in milliseconds. The first error ends it.
func load(ctx context.Context, op func(ctx context.Context, worker int) error) (perSecond float64, took []float64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range loadConns {
		wg.Go(func() {
			var mine []float64
			for time.Since(began) < loadFor && ctx.Err() == nil {
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
