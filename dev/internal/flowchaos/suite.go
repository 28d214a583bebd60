package flowchaos

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
)

// A Suite says what to play, and where.
type Suite struct {
	Root  string // of the checkout, with the binaries built
	State string // a directory that PostgreSQL's user can reach
	Seed  uint64
	Quick bool     // the short form of each scenario
	Only  []string // scenarios to play
	// Instead names other programs for some of the processes: with a mistake in
	// them, so that nobody need wait long for all to come to rest.
	Instead map[string]string
}

// A scenario is something that goes wrong.
type scenario struct {
	name string
	// play has people ask for machines while something goes wrong.
	play  func(ctx context.Context, p *product) error
	needs []string // what must have happened for it to prove anything
	// recovery is how long after a fault the portal may still fail.
	recovery time.Duration
}

// limit bounds one scenario.
const limit = 3 * time.Minute

// Names lists the scenarios, in the order in which they are played.
func Names() []string {
	var all []string
	for _, s := range scenarios {
		all = append(all, s.name)
	}
	return all
}

// Run plays the scenarios one after the other on one stack.
func (s Suite) Run(ctx context.Context, each func(chaos.Result)) (err error) {
	p, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	for _, sc := range scenarios {
		if !slices.Contains(s.Only, sc.name) {
			continue
		}
		r := p.perform(ctx, sc)
		each(r)
		if r.Failed != "" {
			if file, err := os.CreateTemp("", "dcm-chaos-*.log"); err == nil {
				_, _ = file.WriteString(p.said.String()) // it helps, and is not what failed
				_ = file.Close()
			}
			break // what comes after would only fail of the same
		}
	}
	return nil
}

func (p *product) perform(ctx context.Context, sc scenario) chaos.Result {
	r := chaos.Result{Scenario: sc.name, Seed: p.suite.Seed}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p.mu.Lock()
	p.tally, p.attempts, p.windows, p.broken, p.most = &chaos.Tally{}, nil, nil, nil, 0
	p.mu.Unlock()
	watching, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { p.watch(watching) })
	err := sc.play(ctx, p)
	if err == nil {
		err = p.rest(ctx)
	}
	chaos.Pause(ctx, 300*time.Millisecond) // in which all must be well again
	stop()
	wg.Wait()
	if err == nil {
		err = p.judge(ctx, &r, sc.recovery)
	}
	if err != nil {
		r.Failed = err.Error()
	}
	r.Done, r.Idle, r.Took = p.tally.Counts(), p.tally.Idle(sc.needs), time.Since(began)
	return r
}
