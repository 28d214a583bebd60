package checker

import (
	"os"
	"runtime"
	"time"
)

// Usage is what a process holds.
type Usage struct {
	Goroutines int `json:"goroutines"`
	Files      int `json:"files"`
}

// Own is this process's usage.
func Own() Usage {
	u := Usage{Goroutines: runtime.NumGoroutine()}
	u.Files, _ = Files("self") // where there is no /proc nothing is counted, before and after
	return u
}

// Files counts the open files of a process. Those of Go's own poller are part of
// every process.
func Files(pid string) (int, error) {
	names, err := os.ReadDir("/proc/" + pid + "/fd")
	return len(names), err
}

// slack is what may be left of an idle connection or a timer of the runtime.
const slack = 4

// Bounded is U8: server connections at most so many, and no more held afterwards
// than before.
func Bounded(connections, bound int, before, after map[string]Usage) []Violation {
	f := found{check: U8}
	if connections > bound {
		f.add("%d server connections at once, the bound is %d", connections, bound)
	}
	for who, b := range before {
		a := after[who]
		if a.Files > b.Files+slack {
			f.add("%s has %d files open, had %d", who, a.Files, b.Files)
		}
		if a.Goroutines > b.Goroutines+slack {
			f.add("%s has %d goroutines, had %d", who, a.Goroutines, b.Goroutines)
		}
	}
	return f.all
}

// An Attempt is one call of the system.
type Attempt struct {
	At     time.Time // when it began
	Took   time.Duration
	Failed string // what it said; empty if it went well
}

// A Window is a time in which something was broken on purpose.
type Window struct{ From, To time.Time }

// Steady is U9. An attempt counts against the system if no fault, and no time to
// recover from one, touches it. It also tells the longest time from the end of a
// window to the first attempt that began after it and went well.
func Steady(attempts []Attempt, windows []Window, recovery time.Duration) (violations []Violation, recovered time.Duration) {
	f := found{check: U9}
	total, failed, first := 0, 0, ""
	for _, a := range attempts {
		if touched(a, windows, recovery) {
			continue
		}
		if total++; a.Failed != "" {
			failed++
			first = a.Failed
		}
	}
	if failed*100 > total {
		f.add("%d of %d attempts outside of any fault failed, e.g. %s", failed, total, short(first))
	}
	for _, w := range windows {
		took, ok := after(attempts, w.To)
		recovered = max(recovered, took)
		if !ok {
			f.add("nothing went well after the fault that ended at %s", w.To.Format(time.TimeOnly))
		} else if took > recovery {
			f.add("it took %s to recover, the bound is %s", took.Round(time.Millisecond), recovery)
		}
	}
	return f.all, recovered
}

func touched(a Attempt, windows []Window, recovery time.Duration) bool {
	for _, w := range windows {
		if a.At.Before(w.To.Add(recovery)) && a.At.Add(a.Took).After(w.From) {
			return true
		}
	}
	return false
}

// after is how long after a moment the first attempt that began later had gone
// well.
func after(attempts []Attempt, moment time.Time) (took time.Duration, ok bool) {
	for _, a := range attempts {
		if a.Failed != "" || a.At.Before(moment) {
			continue
		}
		if d := a.At.Add(a.Took).Sub(moment); !ok || d < took {
			took, ok = d, true
		}
	}
	return took, ok
}
