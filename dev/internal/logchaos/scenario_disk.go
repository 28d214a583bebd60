package logchaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/chaos"
)

const (
	slowAnswers = "attempts that took 25 ms and more"
	noSpace     = "attempts that failed for want of space"
	diskSize    = 256 << 20 // bytes
)

// noDisk says why no disk can be filled here.
func noDisk() string {
	dir, err := os.MkdirTemp("", "dcm-chaos-disk-")
	if err != nil {
		return err.Error()
	}
	defer os.Remove(dir)
	unmount, err := mount(dir, 1<<20)
	if err == nil {
		err = unmount()
	}
	if err != nil {
		return fmt.Sprintf("needs a file system of its own to fill, and may not mount one: %v", err)
	}
	return ""
}

// smallDisk is a server on a file system that one can fill without harm.
func smallDisk(ctx context.Context, s Suite) (*server, func() error, error) {
	dir := filepath.Join(s.State, "disk")
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, nil, fmt.Errorf("make a place to mount at: %w", err)
	}
	unmount, err := mount(dir, diskSize)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.start(ctx, filepath.Join(dir, "postgres"), map[string]string{"min_wal_size": "32MB", "max_wal_size": "48MB"})
	if err != nil {
		return nil, nil, errors.Join(err, unmount())
	}
	return p, func() error { return errors.Join(p.Close(), unmount()) }, nil
}

// slowDisk makes each flush of the log take 50 ms longer. All takes longer then,
// and nothing fails.
func slowDisk(ctx context.Context, c *scene) (err error) {
	const lag = 50 * time.Millisecond
	slow := fmt.Sprintf(`alter system set commit_delay = %d`, lag.Microseconds())
	if err := c.home().run(ctx, slow, `alter system set commit_siblings = 0`, `select pg_reload_conf()`); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, c.home().run(ctx, `alter system reset commit_delay`, `alter system reset commit_siblings`, `select pg_reload_conf()`))
	}()
	return c.beside(ctx, nil, func() error {
		chaos.Pause(ctx, c.lasting(6*time.Second))
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, a := range c.attempts {
			if a.Took >= lag/2 { // who comes while others wait for the disk waits for less
				c.tally.Add(slowAnswers, 1)
			}
		}
		return nil
	})
}

// diskFull fills the disk under the database while it writes, then makes room.
func diskFull(ctx context.Context, c *scene) error {
	ballast := filepath.Join(c.home().suite.State, "disk", "ballast")
	return c.beside(ctx, nil, func() error {
		chaos.Pause(ctx, time.Second)
		return c.during(func() error {
			if err := fill(ballast); err != nil {
				return err
			}
			before := c.failures()
			for until := time.Now().Add(20 * time.Second); c.failures() < before+20 && time.Now().Before(until); {
				// The rest of the last segment of the WAL is filled sooner with this.
				_ = c.exec(ctx, `create table if not exists public.chaos_filler (t text)`)
				_ = c.exec(ctx, `insert into public.chaos_filler select repeat('x', 1000) from generate_series(1, 2000)`)
				chaos.Pause(ctx, 100*time.Millisecond)
			}
			c.tally.Add(noSpace, c.failures()-before)
			if err := os.Remove(ballast); err != nil {
				return fmt.Errorf("make room: %w", err)
			}
			return c.revive(ctx)
		})
	})
}

// fill leaves a megabyte.
func fill(ballast string) error {
	f, err := os.Create(ballast)
	if err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	block := make([]byte, 1<<20)
	for err == nil {
		_, err = f.Write(block)
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Truncate(max(info.Size()-1<<20, 0))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	return nil
}

// revive waits until the server answers again, and starts it as whoever watches
// over it would if it has ended: without room for its WAL it does.
func (c *scene) revive(ctx context.Context) error {
	for until := time.Now().Add(30 * time.Second); ; chaos.Pause(ctx, 100*time.Millisecond) {
		if !c.home().Running() {
			c.tally.Add("times that PostgreSQL had ended and was started again", 1)
			if err := c.home().Start(ctx); err != nil {
				return err
			}
		}
		_, err := c.count(ctx, `select 1`)
		if err == nil || time.Now().After(until) {
			return err
		}
	}
}

// failures counts attempts that did not go well so far.
func (c *scene) failures() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.attempts {
		if a.Failed != "" {
			n++
		}
	}
	return n
}
