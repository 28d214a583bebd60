package process

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"dcm.io/shared/child"
)

// steady is how long a program must have lived for its next death to be
// answered as if it were the first.
const steady = 10 * time.Second

// pollEvery is the pause between two looks at a program's ReadyURL.
const pollEvery = 25 * time.Millisecond

// worker keeps one program alive.
type worker struct {
	spec Spec
	cfg  Config
	out  io.Writer
	stop chan struct{} // closed by end
	once sync.Once
	wake chan struct{} // a nudge: look at paused again

	mu      sync.Mutex
	current *child.Child
	paused  bool
	count   int
}

func newWorker(spec Spec, cfg Config, out io.Writer) *worker {
	return &worker{spec: spec, cfg: cfg, out: out, stop: make(chan struct{}), wake: make(chan struct{}, 1)}
}

// run starts the program again and again until the context ends or end is called.
func (w *worker) run(ctx context.Context) {
	log := w.cfg.Logger.With("process", w.spec.Name)
	pause := w.cfg.BackoffMin
	for {
		if !w.waitUnpaused(ctx) {
			return
		}
		begun := time.Now()
		c, err := w.start()
		if err != nil {
			log.ErrorContext(ctx, "process did not start", "error", err)
		} else {
			select {
			case <-c.Done():
			case <-ctx.Done():
			case <-w.stop:
			}
			if w.ending(ctx) {
				if err := c.Stop(syscall.SIGTERM, w.cfg.Grace); err != nil {
					log.ErrorContext(ctx, "process did not stop", "error", err)
				}
				return
			}
			if w.isPaused() {
				continue
			}
			log.WarnContext(ctx, "process ended, starting it again", "error", c.Err(), "pause", pause)
		}
		if time.Since(begun) > steady {
			pause = w.cfg.BackoffMin
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		case <-w.stop:
			return
		}
		pause = min(2*pause, w.cfg.BackoffMax)
	}
}

func (w *worker) start() (*child.Child, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	cmd := exec.Command(w.spec.Path, w.spec.Args...)
	cmd.Env, cmd.Dir = w.spec.Env, w.spec.Dir
	if cmd.Env == nil {
		cmd.Env = []string{} // nil would inherit ours
	}
	cmd.Stdout, cmd.Stderr = w.out, w.out
	c, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	w.current, w.count = c, w.count+1
	return c, nil
}

func (w *worker) end() { w.once.Do(func() { close(w.stop) }) }

func (w *worker) ending(ctx context.Context) bool {
	select {
	case <-w.stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

func (w *worker) kill() error {
	w.mu.Lock()
	c := w.current
	w.mu.Unlock()
	if c == nil {
		return fmt.Errorf("kill %s: not started", w.spec.Name)
	}
	return c.Kill()
}

func (w *worker) pause() error {
	w.mu.Lock()
	w.paused = true
	c := w.current
	w.mu.Unlock()
	if c == nil {
		return nil
	}
	return c.Stop(syscall.SIGTERM, w.cfg.Grace)
}

func (w *worker) resume() {
	w.mu.Lock()
	w.paused = false
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *worker) isPaused() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.paused
}

// waitUnpaused reports false when the program is to end instead.
func (w *worker) waitUnpaused(ctx context.Context) bool {
	for w.isPaused() {
		select {
		case <-w.wake:
		case <-w.stop:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return !w.ending(ctx)
}

func (w *worker) pid() (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current == nil || !w.current.Running() {
		return 0, false
	}
	return w.current.PID(), true
}

func (w *worker) starts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}

func (w *worker) waitReady(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if _, up := w.pid(); up && w.answers(ctx) {
			return nil
		}
		select {
		case <-tick.C:
		case <-w.stop:
			return fmt.Errorf("%s is being stopped", w.spec.Name)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *worker) answers(ctx context.Context) bool {
	if w.spec.ReadyURL == "" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.spec.ReadyURL, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}
