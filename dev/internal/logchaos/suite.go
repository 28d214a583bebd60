package logchaos

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
)

// A Suite says what to play, and where.
type Suite struct {
	Modules string // node_modules with PostgreSQL's binaries
	State   string // a directory that PostgreSQL's user can reach; its server is used again
	Seed    uint64
	Quick   bool     // the short form of each scenario
	Only    []string // scenarios to play; all if empty

	password string // of every login
}

// A scenario is something that goes wrong.
type scenario struct {
	name string
	// play does what goes wrong, beside a load that it has begun, and returns when
	// nothing is broken any more.
	play  func(ctx context.Context, c *scene) error
	needs []string // what must have happened for it to prove anything
	// recovery is how long after a fault attempts may still fail.
	recovery time.Duration
	// skip says why it cannot be played here; nil or empty if it can.
	skip func() string
	// on makes the server that it is played on; nil: the one of all others.
	on func(ctx context.Context, s Suite) (*server, func() error, error)
}

// limit bounds one scenario: a hang is a failure, not a wait. What does not end then
// either, within the patience, ends the process and tells where it stands.
const (
	limit         = 2 * time.Minute
	hangsPatience = time.Minute
)

// Names lists the scenarios, in the order in which they are played.
func Names() []string {
	var all []string
	for _, s := range scenarios {
		all = append(all, s.name)
	}
	return all
}

// Run plays the scenarios one after the other, each from the suite's seed.
func (s Suite) Run(ctx context.Context, each func(chaos.Result)) (err error) {
	for _, name := range s.Only {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("there is no scenario %q", name)
		}
	}
	s.password = rand.Text()
	p, err := s.start(ctx, filepath.Join(s.State, "postgres"), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	for _, sc := range scenarios {
		if len(s.Only) > 0 && !slices.Contains(s.Only, sc.name) {
			continue
		}
		each(s.play(ctx, p, sc))
	}
	return nil
}

func (s Suite) play(ctx context.Context, p *server, sc scenario) (r chaos.Result) {
	r = chaos.Result{Scenario: sc.name, Seed: s.Seed}
	if sc.skip != nil {
		if r.Skipped = sc.skip(); r.Skipped != "" {
			return r
		}
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer time.AfterFunc(limit+hangsPatience, func() {
		debug.SetTraceback("all")
		panic("scenario " + sc.name + " hangs")
	}).Stop()
	if sc.on != nil {
		own, gone, err := sc.on(ctx, s)
		if err != nil {
			r.Failed = err.Error()
			return r
		}
		p = own
		defer func() {
			if err := gone(); err != nil {
				r.Failed = err.Error()
			}
		}()
	}
	before := checker.Own()
	c, err := newScene(ctx, p, s.State, s.Seed, s.Quick)
	if err != nil {
		r.Failed = err.Error()
		return r
	}
	err = c.perform(ctx, sc, &r)
	c.noteWeather()
	if err := errors.Join(err, c.close()); err != nil {
		r.Failed = err.Error()
	}
	_ = os.Remove(c.file)
	bound := connectionLimit / 5
	if c.lenient {
		bound = connectionLimit
	}
	r.Add(checker.U8, checker.Bounded(c.most, bound, map[string]checker.Usage{"this process": before}, map[string]checker.Usage{"this process": calm(before)}))
	r.Done, r.Idle, r.Took = c.tally.Counts(), c.tally.Idle(sc.needs), time.Since(began)
	return r
}

// calm is what this process holds once what was closed is gone; it is given a
// moment for that.
func calm(before checker.Usage) checker.Usage {
	for until := time.Now().Add(3 * time.Second); ; {
		now := checker.Own()
		if now.Goroutines <= before.Goroutines && now.Files <= before.Files || time.Now().After(until) {
			return now
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// perform plays the scenario while consumers and followers work, lets all come to
// rest, and judges.
func (c *scene) perform(ctx context.Context, sc scenario, r *chaos.Result) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for _, run := range []func(context.Context){c.crew.work, c.trail.walk, c.watch} {
		wg.Go(func() { run(working) })
	}
	err := sc.play(ctx, c)
	stop()
	wg.Wait()
	if err != nil {
		return err
	}
	if err := c.rest(ctx); err != nil {
		return err
	}
	return c.judge(ctx, r, sc.recovery)
}

// noteWeather adds what the wire has done to the tally.
func (c *scene) noteWeather() {
	n := c.wire.Counts()
	for what, times := range map[string]int{
		silent: n.Silent, muted: n.Muted, committedAckLost: n.LostAcks, "other answers lost": n.LostAnswers, cutBefore: n.Cut, held: n.Held,
	} {
		if times > 0 {
			c.tally.Add(what, times)
		}
	}
}

// What the wire does.
const (
	committedAckLost = "committed, ack lost"
	cutBefore        = "cut before commit"
	held             = "commits held back"
	silent           = "connections that fell silent before the commit"
	muted            = "and after it"
)
