package edge

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Metrics counts requests, in the text format of Prometheus.
type Metrics struct {
	classes [6]atomic.Int64 // by the first digit of the status; 0 for none
	micros  atomic.Int64
	// Live tells how many live views are open; may be nil.
	Live func() int
}

func (m *Metrics) count(status int, took time.Duration) {
	m.classes[min(max(status/100, 0), len(m.classes)-1)].Add(1)
	m.micros.Add(took.Microseconds())
}

// ServeHTTP answers GET /metrics.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# TYPE dcm_web_requests_total counter")
	for class := 2; class < len(m.classes); class++ {
		fmt.Fprintf(w, "dcm_web_requests_total{status=\"%dxx\"} %d\n", class, m.classes[class].Load())
	}
	fmt.Fprintf(w, "# TYPE dcm_web_request_seconds_total counter\ndcm_web_request_seconds_total %f\n", time.Duration(m.micros.Load()*1000).Seconds())
	if m.Live != nil {
		fmt.Fprintf(w, "# TYPE dcm_web_live_views gauge\ndcm_web_live_views %d\n", m.Live())
	}
}
