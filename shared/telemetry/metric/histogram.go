package metric

import (
	"context"
	"io"
	"strconv"
	"time"
)

// A Histogram tells how long things take, so that a share of them can be asked
// after: "95 of 100 within half a second".
type Histogram struct {
	bounds []float64 // seconds, rising
	series series[times]
}

// times are how often something took at most as long as each bound, or longer
// than all of them.
type times struct {
	counts []uint64
	sum    float64
}

// Seconds are bounds around what people notice; half a second is what we promise.
var Seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}

// Histogram makes a histogram of durations with the bounds of Seconds.
func (r *Registry) Histogram(name, help string, labels ...string) *Histogram {
	h := &Histogram{bounds: Seconds, series: series[times]{labels: labels, of: map[string]*times{}}}
	r.add(func(_ context.Context, w io.Writer) {
		head(w, name, help, "histogram")
		h.series.each(func(labels string, t *times) { h.write(w, name, labels, t) })
	})
	return h
}

// Observe counts something that took d; values are of the labels, in their order.
func (h *Histogram) Observe(d time.Duration, values ...string) {
	fresh := func() *times { return &times{counts: make([]uint64, len(h.bounds)+1)} }
	h.series.with(values, fresh, func(t *times) {
		t.sum += d.Seconds()
		for i, bound := range h.bounds {
			if d.Seconds() <= bound {
				t.counts[i]++
				return
			}
		}
		t.counts[len(h.bounds)]++
	})
}

// write adds the counts up, as the format has them: each bucket holds those below it.
func (h *Histogram) write(w io.Writer, name, labels string, t *times) {
	before := labels
	if before != "" {
		before += ","
	}
	var total uint64
	for i, n := range t.counts {
		total += n
		bound := "+Inf"
		if i < len(h.bounds) {
			bound = strconv.FormatFloat(h.bounds[i], 'g', -1, 64)
		}
		line(w, name+"_bucket", before+`le="`+bound+`"`, float64(total))
	}
	line(w, name+"_sum", labels, t.sum)
	line(w, name+"_count", labels, float64(total))
}
