package edge

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"dcm.io/shared/telemetry"
	"dcm.io/shared/telemetry/metric"
)

// Metrics measure requests.
type Metrics struct{ requests *metric.Histogram }

// NewMetrics makes metrics that r tells of.
func NewMetrics(r *metric.Registry) *Metrics {
	return &Metrics{r.Histogram(telemetry.MetricRequest, "How long requests take, by endpoint and class of answer.", "method", "route", "status")}
}

// answered counts a request. A stream takes as long as somebody looks, which says
// nothing about us.
func (m *Metrics) answered(r *http.Request, pattern string, a *answer, took time.Duration) {
	if strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
		return
	}
	m.requests.Observe(took, method(r), pattern, strconv.Itoa(a.status/100)+"xx")
}

// method keeps what somebody makes up out of the labels.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return r.Method
	}
	return "other"
}
