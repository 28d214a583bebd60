package flowchaos

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"dcm.io/dev/internal/chaos"
)

// TestRelay: each thing that it is told to do happens the first time, and the
// functions cannot tell a dropped announcement from another.
func TestRelay(t *testing.T) {
	t.Parallel()
	var came atomic.Int64
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		came.Add(1)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer broker.Close()
	tally := &chaos.Tally{}
	r, err := newRelay(rand.New(rand.NewPCG(1, 2)), func() *chaos.Tally { return tally })
	if err != nil {
		t.Fatal(err)
	}
	r.aim(broker.URL)
	r.set(weather{drop: 1, twice: 1, late: 1, by: 2})
	for range 2 {
		resp, err := http.Post(r.url, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusAccepted {
			t.Errorf("answered %d", resp.StatusCode)
		}
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	if idle := tally.Idle([]string{dropped, doubled, delayed}); len(idle) > 0 {
		t.Errorf("%q never happened", idle)
	}
	if n := came.Load(); n < 2 || n > 4 {
		t.Errorf("%d came, want the second one two to four times", n)
	}
}
