package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

// ErrUnknown is returned for a name that no Spec carries.
var ErrUnknown = errors.New("no such process")

// Spec describes one program.
type Spec struct {
	Name string // unique, short: it stands before every line the program prints
	Path string
	Args []string
	Env  []string // the whole environment; nothing is inherited
	Dir  string

	// ReadyURL answers 200 once the program can work. Empty: ready once started.
	ReadyURL string
}

// Config is what Start needs. The zero value of every duration has a default.
type Config struct {
	Specs  []Spec
	Output io.Writer // where the programs' lines go
	Color  bool      // prefix in colour; ask IsTerminal
	Logger *slog.Logger

	Grace      time.Duration // between the request to end and the kill; default 10 s
	BackoffMin time.Duration // first pause before a restart; default 200 ms
	BackoffMax time.Duration // longest pause; default 10 s
}

// Supervisor runs the programs of one Config.
type Supervisor struct {
	workers map[string]*worker
	order   []string
	wg      sync.WaitGroup
}

// Start starts every program and returns without waiting for readiness.
// When ctx ends, the programs are stopped as by Close.
func Start(ctx context.Context, cfg Config) (*Supervisor, error) {
	cfg.setDefaults()
	s := &Supervisor{workers: make(map[string]*worker, len(cfg.Specs))}
	lines := newLines(cfg.Output, cfg.Specs, cfg.Color)
	for _, spec := range cfg.Specs {
		if _, twice := s.workers[spec.Name]; twice {
			return nil, fmt.Errorf("two processes are called %q", spec.Name)
		}
		s.workers[spec.Name] = newWorker(spec, cfg, lines.writer(spec.Name))
		s.order = append(s.order, spec.Name)
	}
	for _, name := range s.order {
		s.wg.Go(func() { s.workers[name].run(ctx) })
	}
	return s, nil
}

func (c *Config) setDefaults() {
	if c.Output == nil {
		c.Output = io.Discard
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Grace == 0 {
		c.Grace = 10 * time.Second
	}
	if c.BackoffMin == 0 {
		c.BackoffMin = 200 * time.Millisecond
	}
	if c.BackoffMax == 0 {
		c.BackoffMax = 10 * time.Second
	}
}

// Close ends every program, politely first, and returns when all are gone.
func (s *Supervisor) Close() error {
	for _, w := range s.workers {
		w.end()
	}
	s.wg.Wait()
	return nil
}

// Kill ends a program as a crash would. It comes back by itself.
func (s *Supervisor) Kill(name string) error {
	w, err := s.worker(name)
	if err != nil {
		return err
	}
	return w.kill()
}

// Pause stops a program and keeps it stopped until Resume.
func (s *Supervisor) Pause(name string) error {
	w, err := s.worker(name)
	if err != nil {
		return err
	}
	return w.pause()
}

// Resume starts a paused program again.
func (s *Supervisor) Resume(name string) error {
	w, err := s.worker(name)
	if err != nil {
		return err
	}
	w.resume()
	return nil
}

// PID is the process id of a running program; ok is false while it is down.
func (s *Supervisor) PID(name string) (pid int, ok bool) {
	w, err := s.worker(name)
	if err != nil {
		return 0, false
	}
	return w.pid()
}

// Starts counts how often a program has been started.
func (s *Supervisor) Starts(name string) int {
	w, err := s.worker(name)
	if err != nil {
		return 0
	}
	return w.starts()
}

// WaitReady returns when the named programs are ready, all when none is named.
func (s *Supervisor) WaitReady(ctx context.Context, names ...string) error {
	if len(names) == 0 {
		names = s.order
	}
	for _, name := range names {
		w, err := s.worker(name)
		if err != nil {
			return err
		}
		if err := w.waitReady(ctx); err != nil {
			return fmt.Errorf("wait until %s is ready: %w", name, err)
		}
	}
	return nil
}

func (s *Supervisor) worker(name string) (*worker, error) {
	w, ok := s.workers[name]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	return w, nil
}
