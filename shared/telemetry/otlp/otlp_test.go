package otlp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/shared/telemetry/otlp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func at(id, span byte) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{15: id}, SpanID: trace.SpanID{7: span}, TraceFlags: trace.FlagsSampled})
}

// TestMessage is what the protocol's JSON looks like, to the byte.
func TestMessage(t *testing.T) {
	t.Parallel()
	var sent string
	var headers http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent, headers = string(body), r.Header
	}))
	defer server.Close()
	begun := time.Unix(1, 5)
	spans := tracetest.SpanStubs{{
		Name: "act on t", SpanContext: at(1, 2), Parent: at(1, 3), SpanKind: trace.SpanKindConsumer, StartTime: begun, EndTime: begun.Add(time.Second),
		Attributes: []attribute.KeyValue{attribute.String("s", "x"), attribute.Int("n", 7), attribute.Bool("b", true), attribute.Float64("f", 1.5)},
		Links:      []sdk.Link{{SpanContext: at(4, 5)}}, Status: sdk.Status{Code: codes.Error, Description: "away"},
		Resource: resource.NewSchemaless(attribute.String("service.name", "notify")), InstrumentationScope: instrumentation.Scope{Name: "dcm.io"},
	}, {
		Name: "root", SpanContext: at(1, 3), SpanKind: trace.SpanKindServer, StartTime: begun, EndTime: begun, Status: sdk.Status{Code: codes.Ok},
	}}.Snapshots()
	e := otlp.New(server.URL, map[string]string{"x-key": "k"}, time.Second)
	if err := e.ExportSpans(t.Context(), spans); err != nil {
		t.Fatal(err)
	}
	const want = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"notify"}}]},` +
		`"scopeSpans":[{"scope":{"name":"dcm.io"},"spans":[` +
		`{"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000003","name":"act on t","kind":5,` +
		`"startTimeUnixNano":"1000000005","endTimeUnixNano":"2000000005","attributes":[{"key":"s","value":{"stringValue":"x"}},` +
		`{"key":"n","value":{"intValue":"7"}},{"key":"b","value":{"boolValue":true}},{"key":"f","value":{"doubleValue":1.5}}],` +
		`"links":[{"traceId":"00000000000000000000000000000004","spanId":"0000000000000005"}],"status":{"message":"away","code":2}},` +
		`{"traceId":"00000000000000000000000000000001","spanId":"0000000000000003","name":"root","kind":2,` +
		`"startTimeUnixNano":"1000000005","endTimeUnixNano":"1000000005","status":{"code":1}}]}]}]}`
	if sent != want {
		t.Errorf("sent\n%s\nwant\n%s", sent, want)
	}
	if headers.Get("Content-Type") != "application/json" || headers.Get("X-Key") != "k" {
		t.Errorf("headers %v", headers)
	}
}

// TestRetry: a collector that is busy is asked again, one that refuses is not.
func TestRetry(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []int
		asked   int32
		lost    bool
		reason  string
	}{
		"Taken":   {[]int{200}, 1, false, "once is enough"},
		"Busy":    {[]int{503, 429, 200}, 3, false, "it was busy for a moment"},
		"Away":    {[]int{503, 503, 503, 200}, 3, true, "a function does not wait for ever"},
		"Refused": {[]int{400, 200}, 1, true, "it would refuse again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.answers[asked.Add(1)-1])
			}))
			defer server.Close()
			spans := tracetest.SpanStubs{{Name: "s", SpanContext: at(1, 2)}}.Snapshots()
			err := otlp.New(server.URL, nil, time.Second).ExportSpans(t.Context(), spans)
			if asked.Load() != tc.asked || (err != nil) != tc.lost {
				t.Errorf("asked %d times, %v: %s", asked.Load(), err, tc.reason)
			}
		})
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := otlp.New(gone.URL, nil, time.Second).ExportSpans(ctx, tracetest.SpanStubs{{SpanContext: at(1, 2)}}.Snapshots())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("nobody there and no time left: %v", err)
	}
}
