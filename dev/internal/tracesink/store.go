package tracesink

import (
	"slices"
	"sync"
)

// Bounds of what is kept; the oldest trace goes first.
const (
	maxTraces = 1000
	maxSpans  = 2000 // of one trace
)

// A store keeps spans by trace.
type store struct {
	mu     sync.Mutex // guards below
	traces map[string][]Span
	order  []string // of first spans
}

func newStore() *store { return &store{traces: map[string][]Span{}} }

func (s *store) add(spans []Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range spans {
		id := one.TraceID
		if _, known := s.traces[id]; !known {
			s.order = append(s.order, id)
		}
		if len(s.traces[id]) < maxSpans {
			s.traces[id] = append(s.traces[id], one)
		}
	}
	for len(s.order) > maxTraces {
		delete(s.traces, s.order[0])
		s.order = s.order[1:]
	}
}

// trace returns a copy, in the order in which the spans began.
func (s *store) trace(id string) []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	spans := slices.Clone(s.traces[id])
	slices.SortStableFunc(spans, func(a, b Span) int { return a.Start.Compare(b.Start) })
	return spans
}

// newest lists trace ids, the newest first.
func (s *store) newest(limit int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := slices.Clone(s.order)
	slices.Reverse(ids)
	return ids[:min(limit, len(ids))]
}
