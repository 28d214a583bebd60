package metric

import (
	"maps"
	"slices"
	"sync"
)

// series are the values of one metric, by what their labels say.
type series[T any] struct {
	labels []string

	mu sync.Mutex // guards of
	of map[string]*T
}

// with changes the value of one combination, which it makes if it is the first.
func (s *series[T]) with(values []string, fresh func() *T, change func(*T)) {
	key := labelled(s.labels, values)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.of[key]
	if v == nil {
		v = fresh()
		s.of[key] = v
	}
	change(v)
}

// each visits the values in a stable order.
func (s *series[T]) each(visit func(labels string, v *T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(s.of)) {
		visit(key, s.of[key])
	}
}
