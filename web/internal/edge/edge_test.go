package edge

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/telemetry/metric"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	var m metric.Registry
	h := Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("oops")
		case "/late":
			_, _ = w.Write([]byte("half an answer"))
			panic("oops")
		case "/api/things/1":
			Route(r.Context(), "/api/things/{id}")
		case "/api/live":
			w.Header().Set("Content-Type", "text/event-stream")
		case "/read":
			_, err := io.ReadAll(r.Body)
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
		default:
			_, _ = io.WriteString(w, TraceID(r.Context())+" "+TraceParent(r.Context()))
		}
	}), NewMetrics(&m), time.Now)
	do := func(path, trace, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("traceparent", trace)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if got := do("/", parent, "").Body.String(); !strings.HasPrefix(got, "0af7651916cd43dd8448eb211c80319c 00-0af7651916cd43dd8448eb211c80319c-") {
		t.Errorf("a trace goes on, got %s", got)
	}
	if got := do("/", "00-nonsense", "").Body.String(); len(got) != 32+1+55 {
		t.Errorf("a trace is begun, got %q", got)
	}
	if w := do("/panic", "", ""); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "oops") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := do("/late", "", ""); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
	if w := do("/read", "", strings.Repeat("x", maxBody+1)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", w.Code)
	}
	do("/api/things/1", "", "")
	do("/api/live", "", "")
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`_count{method="POST",route="",status="2xx"} 3`, `_count{method="POST",route="",status="4xx"} 1`, `_count{method="POST",route="",status="5xx"} 1`,
		`_count{method="POST",route="/api/things/{id}",status="2xx"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	if strings.Count(w.Body.String(), "_count{") != 4 {
		t.Errorf("a stream is measured:\n%s", w.Body)
	}
}
