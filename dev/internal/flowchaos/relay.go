package flowchaos

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
)

// A relay stands between the functions and the broker, and brings what they
// announce there as well or as badly as it is told to.
type relay struct {
	server *http.Server
	url    string
	tally  func() *chaos.Tally
	wg     sync.WaitGroup // deliveries under way

	mu      sync.Mutex // guards below
	target  string
	random  *rand.Rand
	weather weather
	sure    []*int // chances that are certain once: each has to happen
}

// A weather is what befalls an announcement, with a chance of so many in a
// thousand.
type weather struct {
	drop, twice, late int
	by                time.Duration // at most so late: later ones overtake it
}

// What the relay does.
const (
	dropped = "announcements dropped"
	doubled = "doubled"
	delayed = "late, overtaken"
)

func newRelay(random *rand.Rand, tally func() *chaos.Tally) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for announcements: %w", err)
	}
	r := &relay{url: "http://" + l.Addr().String(), tally: tally, random: random}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: time.Second}
	r.wg.Go(func() { _ = r.server.Serve(l) }) // ends with ErrServerClosed, by close
	return r, nil
}

func (r *relay) aim(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = target
}

func (r *relay) set(w weather) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weather, r.sure = w, []*int{&r.weather.drop, &r.weather.twice, &r.weather.late}
}

func (r *relay) close() error {
	err := r.server.Close()
	r.wg.Wait()
	return err
}

// ServeHTTP passes an announcement on and answers as the broker does, unless it is
// dropped, which is answered as if all were well.
func (r *relay) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	times, wait := r.fate()
	if times == 0 {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	for range times - 1 {
		r.wg.Go(func() { _ = r.pass(context.WithoutCancel(q.Context()), q.Header, body) }) // one too many
	}
	time.Sleep(wait)
	w.WriteHeader(r.pass(q.Context(), q.Header, body))
}

func (r *relay) fate() (times int, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	hit := func(chance *int) bool {
		first := len(r.sure) > 0 && r.sure[0] == chance
		if first {
			r.sure = r.sure[1:]
		}
		return *chance > 0 && (first || r.random.IntN(1000) < *chance)
	}
	if hit(&r.weather.drop) {
		r.tally().Add(dropped, 1)
		return 0, 0
	}
	times = 1
	if hit(&r.weather.twice) {
		r.tally().Add(doubled, 1)
		times += 1 + r.random.IntN(3)
	}
	if hit(&r.weather.late) {
		r.tally().Add(delayed, 1)
		wait = time.Duration(r.random.Int64N(int64(r.weather.by)))
	}
	return times, wait
}

// pass brings it to the broker and returns what that answers.
func (r *relay) pass(ctx context.Context, headers http.Header, body []byte) int {
	r.mu.Lock()
	target := r.target
	r.mu.Unlock()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return http.StatusBadGateway
	}
	q.Header = headers.Clone()
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return http.StatusBadGateway
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
