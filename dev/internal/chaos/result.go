// Package chaos is what the fault suite's scenarios have in common: what came of
// one, what was done in it, and the table that a person reads.
package chaos

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"dcm.io/dev/internal/checker"
)

// A Result is what came of a scenario.
type Result struct {
	Scenario   string              `json:"scenario"`
	Seed       uint64              `json:"seed"`
	Done       []Count             `json:"done"`
	Idle       []string            `json:"idle,omitempty"` // what had to happen and did not
	Checked    []checker.Check     `json:"checked"`
	Violations []checker.Violation `json:"violations,omitempty"`
	Recovered  time.Duration       `json:"recovered"`
	Took       time.Duration       `json:"took"`
	Skipped    string              `json:"skipped,omitempty"` // why it was not played
	Failed     string              `json:"failed,omitempty"`  // why it could not be played to its end
}

// A Count is what was done, and how often.
type Count struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// Held reports whether every promise was kept, under faults that did happen.
func (r Result) Held() bool {
	return r.Failed == "" && len(r.Violations) == 0 && len(r.Idle) == 0
}

// Caught reports whether the check found something.
func (r Result) Caught(c checker.Check) bool {
	return slices.ContainsFunc(r.Violations, func(v checker.Violation) bool { return v.Check == c })
}

// Line is the result in short.
func (r Result) Line() string {
	return fmt.Sprintf("%s: %s (%s) %s", r.Scenario, r.verdict(), span(r.Took), r.doings())
}

func (r Result) verdict() string {
	switch {
	case r.Skipped != "":
		return "skipped"
	case r.Failed != "":
		return "FAILED"
	case len(r.Violations) > 0:
		return "VIOLATED"
	case len(r.Idle) > 0:
		return "NO FAULT"
	}
	return "ok"
}

// A Tally counts what a scenario has done. It is safe for concurrent use.
type Tally struct {
	mu     sync.Mutex // guards below
	counts map[string]int
	order  []string
}

// Add notes that something was done n times.
func (t *Tally) Add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	if _, known := t.counts[what]; !known {
		t.order = append(t.order, what)
	}
	t.counts[what] += n
}

// Counts are in the order in which things were first done.
func (t *Tally) Counts() []Count {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Count
	for _, what := range t.order {
		all = append(all, Count{what, t.counts[what]})
	}
	return all
}

// Idle names what was wanted and never done.
func (t *Tally) Idle(wanted []string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(wanted), func(what string) bool { return t.counts[what] > 0 })
}

// Print writes the results as a table, and below it what is wrong.
func Print(out io.Writer, results []Result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := []string{"scenario", "seed"}
	for _, c := range checker.All {
		head = append(head, string(c))
	}
	fmt.Fprintln(w, strings.Join(append(head, "recovered", "took", "verdict", "what was done"), "\t"))
	for _, r := range results {
		cells := []string{r.Scenario, fmt.Sprint(r.Seed)}
		for _, c := range checker.All {
			cells = append(cells, r.mark(c))
		}
		cells = append(cells, span(r.Recovered), span(r.Took), r.verdict(), r.doings())
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush() // whoever reads it may be gone
	for _, r := range results {
		r.explain(out)
	}
}

// mark is what a check said: ok, how many violations, or that it was not made.
func (r Result) mark(c checker.Check) string {
	n := 0
	for _, v := range r.Violations {
		if v.Check == c {
			n++
		}
	}
	switch {
	case n > 0:
		return fmt.Sprint(n, "!")
	case slices.Contains(r.Checked, c):
		return "ok"
	}
	return "-"
}

func (r Result) doings() string {
	if r.Skipped != "" {
		return r.Skipped
	}
	var all []string
	for _, c := range r.Done {
		all = append(all, fmt.Sprintf("%d %s", c.N, c.What))
	}
	return strings.Join(all, ", ")
}

// mostTold bounds what is printed of one check: the rest is alike.
const mostTold = 3

func (r Result) explain(out io.Writer) {
	if r.Held() {
		return
	}
	fmt.Fprintf(out, "\n%s, seed %d:\n", r.Scenario, r.Seed)
	if r.Failed != "" {
		fmt.Fprintf(out, "  could not be played to its end: %s\n", r.Failed)
	}
	for _, what := range r.Idle {
		fmt.Fprintf(out, "  never happened: %s\n", what)
	}
	told := map[checker.Check]int{}
	for _, v := range r.Violations {
		if told[v.Check]++; told[v.Check] <= mostTold {
			fmt.Fprintf(out, "  %s %s\n", v.Check, v.Detail)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(told)) {
		if more := told[c] - mostTold; more > 0 {
			fmt.Fprintf(out, "  %s and %d more\n", c, more)
		}
	}
}

func span(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}
