package stack

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// tick does what PingSources do in a cluster: it asks each function, every so
// often, to take up what it owes. A function that is down misses a tick.
func tick(ctx context.Context, every time.Duration, functions map[string]string) {
	client := &http.Client{Timeout: time.Minute}
	var n atomic.Int64
	for name, url := range functions {
		go func() {
			for {
				select {
				case <-time.After(every):
				case <-ctx.Done():
					return
				}
				go ping(ctx, client, name, url, n.Add(1)) // the next tick does not wait for an answer
			}
		}()
	}
}

func ping(ctx context.Context, client *http.Client, name, url string, n int64) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, http.NoBody)
	if err != nil {
		return
	}
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-id", "tick-"+name+"-"+strconv.FormatInt(n, 10))
	r.Header.Set("ce-source", "/dev/ticker")
	r.Header.Set("ce-type", "dev.knative.sources.ping")
	if resp, err := client.Do(r); err == nil {
		_ = resp.Body.Close()
	}
}
