package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// One in abortEvery clients goes away: in turn in the middle of the body, and
// after it, without waiting for the answer.
const abortEvery = 100

// aborted rings n times and reports what those met who stayed.
func aborted(ctx context.Context, served *httptest.Server, client *http.Client, data []byte, n int) ([]Row, error) {
	client.CloseIdleConnections()
	before := runtime.NumGoroutine()
	var next, left, bad, stalled atomic.Int64
	var first atomic.Pointer[string]
	one := ring(client, served.URL, data)
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range manyConns {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n) && ctx.Err() == nil; i = next.Add(1) {
				if i%abortEvery == 0 {
					left.Add(1)
					leave(ctx, served, one, data, i/abortEvery%2 == 0)
					continue
				}
				t := time.Now()
				err := one(ctx, worker)
				if time.Since(t) > stall {
					stalled.Add(1)
				}
				if err != nil {
					bad.Add(1)
					said := err.Error()
					first.CompareAndSwap(nil, &said)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	took := time.Since(began)
	client.CloseIdleConnections()
	note := fmt.Sprintf("in %d, %d of them aborted, %.0f /s", n, left.Load(), float64(n)/took.Seconds())
	if said := first.Load(); said != nil {
		note += ", first: " + *said
	}
	return []Row{
		{No: "11", Name: "receive: bad answers and broken connections beside aborting clients", Value: float64(bad.Load()), Gate: nothing, Target: nothing, Lower: true, Note: note},
		{No: "11", Name: "receive: stalls over 3 s beside aborting clients", Value: float64(stalled.Load()), Gate: nothing, Target: nothing, Lower: true, Note: note},
		{No: "11", Name: "receive: goroutines that aborting clients left behind", Value: float64(leftBehind(before)), Gate: nothing, Target: nothing, Lower: true},
	}, nil
}

// leave begins a request and goes away.
func leave(ctx context.Context, served *httptest.Server, one func(context.Context, int) error, data []byte, inBody bool) {
	if !inBody {
		ctx, cancel := context.WithTimeout(ctx, 200*time.Microsecond)
		defer cancel()
		_ = one(ctx, 0) // it is not waited for
		return
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", served.Listener.Addr().String())
	if err != nil {
		return
	}
	head := fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(data))
	_, err = conn.Write(append(head, data[:len(data)/2]...))
	_ = errors.Join(err, conn.Close()) // both sides may be the first
}

// leftBehind waits for what is ending to end and counts what does not.
func leftBehind(before int) int {
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return 0
		}
		time.Sleep(100 * time.Millisecond)
	}
	return runtime.NumGoroutine() - before
}
