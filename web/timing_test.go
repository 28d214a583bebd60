package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestTiming: how long web takes to say that there is no such thing does not tell
// whether another tenant has it. Pairs are measured in turn, so that what slows
// the machine slows both; were there no difference, each would be the slower one
// in half of the pairs, give or take. What belongs to the caller does take longer,
// which shows that the clock could tell.
func TestTiming(t *testing.T) {
	t.Parallel()
	b := setup(t)
	their, _ := b.furnish()
	c := b.bearer(mallory)
	c.get("/api/v1/me", http.StatusOK, nil)
	own := b.waiting(mallory, "own").String()
	for _, r := range routes(t) {
		if r.method != http.MethodGet || !strings.Contains(r.path, "{id}") {
			continue
		}
		target := r.targets(probe{})[0]
		worst := 0.0
		for attempt := range 3 { // chance does not strike three times; an oracle does
			slower, by := compareTimes(c, their.in(target), nobodys(their).in(target))
			if slower < unlikely && by < time.Millisecond {
				worst = 0
				break
			}
			worst = slower
			t.Logf("%s, attempt %d: theirs is the slower one in %.0f%% of pairs, by %s", r.path, attempt, 100*slower, by)
		}
		if worst != 0 {
			t.Errorf("%s tells by its time whether another tenant has it", r.path)
		}
	}
	if slower, by := compareTimes(c, "/api/v1/requests/"+own, "/api/v1/requests/"+uuid.NewString()); slower < unlikely {
		t.Errorf("what is there is the slower one in %.0f%% of pairs, by %s: this clock cannot tell anything", 100*slower, by)
	}
}

// unlikely is four standard deviations from one half of 200 pairs.
const unlikely = 0.64

// compareTimes tells in which share of pairs a is slower than b, or b than a if
// that is more, and by how much in the middle.
func compareTimes(c *client, a, b string) (slower float64, by time.Duration) {
	const pairs = 200
	took := func(path string) time.Duration {
		began := time.Now()
		c.do(http.MethodGet, path, nil, nil)
		return time.Since(began)
	}
	var differences []time.Duration
	n := 0
	for i := range pairs {
		var x, y time.Duration
		if i%2 == 0 {
			x = took(a)
			y = took(b)
		} else {
			y = took(b)
			x = took(a)
		}
		differences = append(differences, x-y)
		if x > y {
			n++
		}
	}
	slices.Sort(differences)
	return float64(max(n, pairs-n)) / pairs, differences[pairs/2].Abs()
}
