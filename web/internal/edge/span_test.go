package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"dcm.io/shared/telemetry"
	"dcm.io/shared/telemetry/metric"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// made keeps the spans of all tests here.
var made = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	closed := telemetry.Use(sdk.WithSyncer(made))
	code := m.Run()
	_ = closed(context.Background())
	os.Exit(code)
}

// TestSpan: what people wait for is a span under the browser's, named for the
// endpoint and not for what it is about.
func TestSpan(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		trace  string // its last digit
		path   string
		status int
		want   string // empty: no span
		failed bool
		reason string
	}{
		"Endpoint": {"1", "/api/v1/requests/7", 200, "GET /api/v1/requests/{id}", false, "the router has named it"},
		"Refused":  {"2", "/api/v1/requests/7", 404, "GET /api/v1/requests/{id}", false, "a refusal is no failure of ours"},
		"Failed":   {"3", "/api/v1/requests/7", 503, "GET /api/v1/requests/{id}", true, "an operator looks for these"},
		"Page":     {"4", "/index.html", 200, "", false, "nobody asks about the portal's own pages"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m metric.Registry
			h := Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				Route(r.Context(), "/api/v1/requests/{id}")
				w.WriteHeader(tc.status)
			}), NewMetrics(&m), time.Now)
			id := "7af7651916cd43dd8448eb211c80319" + tc.trace
			r := httptest.NewRequest(http.MethodGet, tc.path, nil)
			r.Header.Set("traceparent", "00-"+id+"-b7ad6b7169203331-01")
			h.ServeHTTP(httptest.NewRecorder(), r)
			all := slices.DeleteFunc(made.GetSpans(), func(s tracetest.SpanStub) bool { return s.SpanContext.TraceID().String() != id })
			if tc.want == "" {
				if len(all) != 0 {
					t.Errorf("%d spans: %s", len(all), tc.reason)
				}
				return
			}
			if len(all) != 1 || all[0].Name != tc.want || all[0].Parent.SpanID().String() != "b7ad6b7169203331" || (all[0].Status.Description != "") != tc.failed {
				t.Errorf("spans %+v, want one, %s: %s", all, tc.want, tc.reason)
			}
		})
	}
}
