// Package metric counts and measures, and tells it to Prometheus in its text
// format. It has the three kinds that we use and nothing else: the stock client
// weighs more than our events and our database driver have to start with;
// docs/decisions/0010 has the figures.
//
// Labels are of closed sets. A tenant or a person is never one.
package metric

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Registry is what a process tells of itself. The zero Registry is empty and
// ready; it is safe for concurrent use.
type Registry struct {
	mu      sync.Mutex // guards metrics
	metrics []collector
}

// A collector writes a metric in the text format.
type collector func(ctx context.Context, w io.Writer)

func (r *Registry) add(c collector) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.metrics = append(r.metrics, c)
}

// ServeHTTP answers GET /metrics.
func (r *Registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	metrics := slices.Clone(r.metrics)
	r.mu.Unlock()
	var text bytes.Buffer
	for _, write := range metrics {
		write(q.Context(), &text)
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(text.Bytes()) // whoever asked is gone
}

// A Gauge is a value of this moment.
type Gauge struct {
	Values []string // of the labels
	Value  float64
}

// Gauges asks read whenever somebody wants to know. What read cannot tell is
// left out.
func (r *Registry) Gauges(name, help string, labels []string, read func(context.Context) []Gauge) {
	r.add(func(ctx context.Context, w io.Writer) {
		head(w, name, help, "gauge")
		for _, g := range read(ctx) {
			line(w, name, labelled(labels, g.Values), g.Value)
		}
	})
}

// Count tells of a number that only grows and that somebody else counts.
func (r *Registry) Count(name, help string, read func() float64) {
	r.add(func(_ context.Context, w io.Writer) {
		head(w, name, help, "counter")
		line(w, name, "", read())
	})
}

// A Counter only grows, in one series for each combination of its labels' values.
type Counter struct{ series series[float64] }

// Counter makes a counter. One without labels is there from the start, so that
// its first increase is seen.
func (r *Registry) Counter(name, help string, labels ...string) *Counter {
	c := &Counter{series[float64]{labels: labels, of: map[string]*float64{}}}
	if len(labels) == 0 {
		c.Add(0)
	}
	r.add(func(_ context.Context, w io.Writer) {
		head(w, name, help, "counter")
		c.series.each(func(labels string, n *float64) { line(w, name, labels, *n) })
	})
	return c
}

// Add adds n; values are of the labels, in their order.
func (c *Counter) Add(n float64, values ...string) {
	c.series.with(values, func() *float64 { return new(float64) }, func(sum *float64) { *sum += n })
}

func head(w io.Writer, name, help, kind string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func line(w io.Writer, name, labels string, value float64) {
	if labels != "" {
		labels = "{" + labels + "}"
	}
	fmt.Fprintf(w, "%s%s %s\n", name, labels, strconv.FormatFloat(value, 'g', -1, 64))
}

// labelled writes labels as they stand between the braces.
func labelled(labels, values []string) string {
	var b strings.Builder
	for i, l := range labels {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l + `="` + escaped.Replace(values[i]) + `"`)
	}
	return b.String()
}

var escaped = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
