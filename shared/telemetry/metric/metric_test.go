package metric_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dcm.io/shared/telemetry/metric"
)

// TestText is the format that Prometheus reads, to the byte.
func TestText(t *testing.T) {
	t.Parallel()
	var r metric.Registry
	done := r.Counter("dcm_done_total", "What is done.", "function", "outcome")
	r.Counter("dcm_ticks_total", "Ticks.")
	took := r.Histogram("dcm_took_seconds", "How long.", "type")
	r.Gauges("dcm_owed", "What is owed.", []string{"function"}, func(context.Context) []metric.Gauge {
		return []metric.Gauge{{Values: []string{"notify"}, Value: 3}}
	})
	r.Gauges("dcm_views", "Views.", nil, func(context.Context) []metric.Gauge { return []metric.Gauge{{Value: 2}} })
	r.Count("dcm_waits_total", "Waits.", func() float64 { return 4 })
	done.Add(1, "submit", "ok")
	done.Add(2, "submit", "ok")
	done.Add(1, "approve", "a \"quote\"\n")
	took.Observe(5*time.Millisecond, "x")
	took.Observe(600*time.Millisecond, "x")
	took.Observe(time.Minute, "x")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	const want = `# HELP dcm_done_total What is done.
# TYPE dcm_done_total counter
dcm_done_total{function="approve",outcome="a \"quote\"\n"} 1
dcm_done_total{function="submit",outcome="ok"} 3
# HELP dcm_ticks_total Ticks.
# TYPE dcm_ticks_total counter
dcm_ticks_total 0
# HELP dcm_took_seconds How long.
# TYPE dcm_took_seconds histogram
dcm_took_seconds_bucket{type="x",le="0.005"} 1
dcm_took_seconds_bucket{type="x",le="0.01"} 1
dcm_took_seconds_bucket{type="x",le="0.025"} 1
dcm_took_seconds_bucket{type="x",le="0.05"} 1
dcm_took_seconds_bucket{type="x",le="0.1"} 1
dcm_took_seconds_bucket{type="x",le="0.25"} 1
dcm_took_seconds_bucket{type="x",le="0.5"} 1
dcm_took_seconds_bucket{type="x",le="1"} 2
dcm_took_seconds_bucket{type="x",le="2.5"} 2
dcm_took_seconds_bucket{type="x",le="5"} 2
dcm_took_seconds_bucket{type="x",le="10"} 2
dcm_took_seconds_bucket{type="x",le="25"} 2
dcm_took_seconds_bucket{type="x",le="+Inf"} 3
dcm_took_seconds_sum{type="x"} 60.605
dcm_took_seconds_count{type="x"} 3
# HELP dcm_owed What is owed.
# TYPE dcm_owed gauge
dcm_owed{function="notify"} 3
# HELP dcm_views Views.
# TYPE dcm_views gauge
dcm_views 2
# HELP dcm_waits_total Waits.
# TYPE dcm_waits_total counter
dcm_waits_total 4
`
	if got := w.Body.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := w.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
}
