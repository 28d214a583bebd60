// Package bench measures what the budgets promise. Each row is a ratio of two
// things measured alternately in one run, or a duration; machines differ and
// are noisy, ratios travel.
package bench

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A Row is one promise and what was measured.
type Row struct {
	No           string // of the promise in docs/performance.md, if it is numbered
	Name         string
	Value        float64
	Gate, Target float64 // 0 for a row that only informs
	Unit         string
	Lower        bool // smaller is better
	Note         string
}

// nothing is the gate of what must not happen at all; zero would be no gate.
const nothing = 0.5

// Missed reports whether the gate is missed.
func (r Row) Missed() bool { return r.Gate != 0 && !r.meets(r.Gate) }

func (r Row) meets(bound float64) bool {
	if r.Lower {
		return r.Value <= bound
	}
	return r.Value >= bound
}

func (r Row) verdict() string {
	switch {
	case r.Gate == 0:
		return "-"
	case r.meets(r.Target):
		return "ok"
	case r.Missed():
		return "MISSED"
	}
	return "short"
}

// Print writes the rows as a table, one line each.
func Print(w io.Writer, rows []Row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "no\trow\tvalue\tgate\ttarget\tverdict\t")
	for _, r := range rows {
		bound := func(v float64) string {
			if r.Gate == 0 {
				return "-"
			}
			return fmt.Sprintf("%.2f", v)
		}
		fmt.Fprintf(t, "%s\t%s\t%.2f %s\t%s\t%s\t%s\t%s\n", r.No, r.Name, r.Value, r.Unit, bound(r.Gate), bound(r.Target), r.verdict(), r.Note)
	}
	_ = t.Flush() // standard output: if it is gone there is nobody to tell
}

// Median of values.
func Median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// Quantile q of values that are sorted.
func Quantile(sorted []float64, q float64) float64 {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
