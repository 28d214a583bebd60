package vcenter

import (
	"bytes"
	"context"
	"io"
	"maps"
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
func (v *VCenter) Delay(method string, d time.Duration) { set(v.weather, &v.weather.delay, method, d) }

// Hold makes every call of the method do its work at once and answer only after d:
// meanwhile the caller cannot know what happened. Zero ends that.
func (v *VCenter) Hold(method string, d time.Duration) { set(v.weather, &v.weather.hold, method, d) }

// LoseAnswers makes the next count calls of the method do their work, and breaks
// the connection instead of answering: the caller cannot know what happened.
func (v *VCenter) LoseAnswers(method string, count int) {
	set(v.weather, &v.weather.lose, method, count)
}

// Clear ends all faults, delays, holds and losses.
func (v *VCenter) Clear() {
	v.model.Service.ClearFaultRules()
	v.weather.clear()
}

// weather is what can happen between a client and the vCenter.
type weather struct {
	next http.Handler

	mu    sync.Mutex
	delay map[string]time.Duration
	hold  map[string]time.Duration
	lose  map[string]int
}

func (w *weather) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f := w.forecast(body)
	if !passed(r.Context(), f.delay) {
		return
	}
	switch {
	case f.lost:
		w.next.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler) // net/http's way to break the connection
	case f.hold > 0:
		kept := &answer{header: http.Header{}, status: http.StatusOK}
		w.next.ServeHTTP(kept, r)
		if passed(r.Context(), f.hold) {
			kept.give(rw)
		}
	default:
		w.next.ServeHTTP(rw, r)
	}
}

// passed waits for d; false if the caller is gone before.
func passed(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// A forecast is what awaits a call.
type forecast struct {
	delay, hold time.Duration
	lost        bool
}

// forecast finds the method in the SOAP envelope: its element is the only one
// that may carry the method's name with vim25's namespace.
func (w *weather) forecast(body []byte) (f forecast) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for method, d := range w.delay {
		if calls(body, method) {
			f.delay = d
		}
	}
	for method, d := range w.hold {
		if calls(body, method) {
			f.hold = d
		}
	}
	for method, left := range w.lose {
		if left > 0 && calls(body, method) {
			w.lose[method]--
			f.lost = true
		}
	}
	return f
}

func calls(body []byte, method string) bool {
	return bytes.Contains(body, []byte("<"+method+" xmlns="))
}

// set notes what shall happen to a method, in one of the weather's maps.
func set[V any](w *weather, of *map[string]V, method string, v V) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if *of == nil {
		*of = map[string]V{}
	}
	(*of)[method] = v
}

func (w *weather) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay, w.hold, w.lose = nil, nil, nil
}

// An answer is kept until it may be given.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

func (a *answer) give(rw http.ResponseWriter) {
	maps.Copy(rw.Header(), a.header)
	rw.WriteHeader(a.status)
	_, _ = a.body.WriteTo(rw) // the caller may be gone
}

// discard is a ResponseWriter that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
