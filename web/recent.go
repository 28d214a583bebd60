package main

import (
	"context"
	"sync"
	"time"
)

// How often the database is asked for what Prometheus wants to know, and how
// long it may think.
const (
	freshFor = 5 * time.Second
	askLimit = 2 * time.Second
)

// A recent is an answer of a moment ago: however often somebody looks, the
// database is asked once in freshFor. It is safe for concurrent use.
type recent[T any] struct {
	ask  func(context.Context) (T, error)
	warn func(context.Context, error) // says that there is no answer
	now  func() time.Time

	mu    sync.Mutex // guards below
	asked time.Time
	found T
	err   error
}

func (r *recent[T]) get(ctx context.Context) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.asked.IsZero() || now.Sub(r.asked) >= freshFor {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		r.found, r.err = r.ask(ctx)
		r.asked = now
		if r.err != nil {
			r.warn(ctx, r.err)
		}
	}
	return r.found, r.err
}
