package vcenter

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// Fault is what a method answers instead of doing its work.
type Fault struct {
	Method string // CloneVM_Task; "*" for all
	Object string // name of the object it is called on; empty for any
	Fault  types.BaseMethodFault
	Skip   int // so many calls succeed first
	Count  int // so many calls fail; 0 for all
}

// Inject makes calls fail from now on. Faults are those of the call, not of the
// task that it starts.
func (v *VCenter) Inject(f Fault) {
	object := f.Object
	if object == "" {
		object = "*"
	}
	v.model.Service.AddFaultRule(&simulator.FaultInjectionRule{
		MethodName: f.Method, ObjectType: "*", ObjectName: object,
		FaultType: simulator.FaultTypeCustom, Fault: f.Fault, Message: "injected",
		SkipCount: f.Skip, MaxCount: f.Count, Probability: 1, Enabled: true,
	})
}

// Delay makes every call of the method wait before it is served. Zero ends that.
func (v *VCenter) Delay(method string, d time.Duration) { v.weather.setDelay(method, d) }

// LoseAnswers makes the next count calls of the method do their work, and breaks
// the connection instead of answering: the caller cannot know what happened.
func (v *VCenter) LoseAnswers(method string, count int) { v.weather.loseAnswers(method, count) }

// Clear ends all faults, delays and losses.
func (v *VCenter) Clear() {
	v.model.Service.ClearFaultRules()
	v.weather.clear()
}

// weather is what can happen between a client and the vCenter.
type weather struct {
	next http.Handler

	mu    sync.Mutex
	delay map[string]time.Duration
	lose  map[string]int
}

func (w *weather) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	delay, lost := w.forecast(body)
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return
	}
	if !lost {
		w.next.ServeHTTP(rw, r)
		return
	}
	w.next.ServeHTTP(discard{http.Header{}}, r)
	panic(http.ErrAbortHandler) // net/http's way to break the connection
}

// forecast finds the method in the SOAP envelope: its element is the only one
// that may carry the method's name with vim25's namespace.
func (w *weather) forecast(body []byte) (delay time.Duration, lost bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for method, d := range w.delay {
		if calls(body, method) {
			delay = d
		}
	}
	for method, left := range w.lose {
		if left > 0 && calls(body, method) {
			w.lose[method]--
			lost = true
		}
	}
	return delay, lost
}

func calls(body []byte, method string) bool {
	return bytes.Contains(body, []byte("<"+method+" xmlns="))
}

func (w *weather) setDelay(method string, d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.delay == nil {
		w.delay = map[string]time.Duration{}
	}
	w.delay[method] = d
}

func (w *weather) loseAnswers(method string, count int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lose == nil {
		w.lose = map[string]int{}
	}
	w.lose[method] = count
}

func (w *weather) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay, w.lose = nil, nil
}

// discard is a ResponseWriter that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
