package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"dcm.io/shared/fault"
	"dcm.io/shared/telemetry"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// made keeps the spans of all tests here; each looks for those of its own trace.
var made = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	closed := telemetry.Use(sdk.WithSyncer(made))
	code := m.Run()
	_ = closed(context.Background())
	os.Exit(code)
}

const (
	factTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	factSpan   = "00f067aa0ba902b7"
	fact       = "00-" + factTrace + "-" + factSpan + "-01"
	brokerSpan = "b7ad6b7169203331"
	otherTrace = "0af7651916cd43dd8448eb211c80319c"
)

// TestResume: what comes under which parent, in which trace.
func TestResume(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		header string // of the delivery
		fact   string
		trace  string
		parent string // empty: the delivery's own span
		linked bool
		reason string
	}{
		"Passed":    {header: "00-" + factTrace + "-" + brokerSpan + "-01", fact: fact, trace: factTrace, reason: "the broker has passed the trace on, and is seen in it"},
		"Unpassed":  {fact: fact, trace: factTrace, parent: factSpan, linked: true, reason: "the delivery begins a trace of its own; the fact's goes on"},
		"Tick":      {header: "00-" + otherTrace + "-" + brokerSpan + "-01", fact: fact, trace: factTrace, parent: factSpan, linked: true, reason: "a tick's trace is linked"},
		"Traceless": {header: "00-" + otherTrace + "-" + brokerSpan + "-01", trace: otherTrace, reason: "a fact of before goes on in the delivery's trace"},
		"Garbled":   {header: "00-" + otherTrace + "-" + brokerSpan + "-01", fact: "nonsense", trace: otherTrace, reason: "likewise"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			h.Set("traceparent", tc.header)
			ctx, delivery := telemetry.Start(telemetry.Continue(t.Context(), h), telemetry.Server, "delivery "+name)
			ctx, span := telemetry.Resume(ctx, telemetry.Consumer, "work "+name, tc.fact)
			if got := telemetry.TraceID(ctx); got != tc.trace {
				t.Errorf("trace %s, want %s: %s", got, tc.trace, tc.reason)
			}
			span.End(nil)
			delivery.End(nil)
			work, received := find(t, "work "+name), find(t, "delivery "+name)
			want := tc.parent
			if want == "" {
				want = received.SpanContext.SpanID().String()
			}
			if got := work.Parent.SpanID().String(); got != want {
				t.Errorf("under %s, want %s: %s", got, want, tc.reason)
			}
			if linked := len(work.Links) == 1 && work.Links[0].SpanContext.SpanID() == received.SpanContext.SpanID(); linked != tc.linked {
				t.Errorf("linked to the delivery: %v, want %v: %s", linked, tc.linked, tc.reason)
			}
		})
	}
}

// TestContinue: a trace has its id before it has a span.
func TestContinue(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		headers map[string]string
		trace   string // empty: a new one
		reason  string
	}{
		"Header":    {map[string]string{"traceparent": fact}, factTrace, "the caller's goes on"},
		"Both":      {map[string]string{"traceparent": fact, "ce-traceparent": "00-" + otherTrace + "-" + brokerSpan + "-01"}, factTrace, "the header is nearer"},
		"Extension": {map[string]string{"ce-traceparent": fact}, factTrace, "a broker that does not trace leaves the event as it was"},
		"None":      {nil, "", "one is begun"},
		"Garbled":   {map[string]string{"traceparent": "00-nonsense"}, "", "one is begun"},
		"Zero":      {map[string]string{"traceparent": "00-" + strings.Repeat("0", 32) + "-" + brokerSpan + "-01"}, "", "one is begun"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for n, v := range tc.headers {
				h.Set(n, v)
			}
			ctx := telemetry.Continue(t.Context(), h)
			id := telemetry.TraceID(ctx)
			if len(id) != 32 || tc.trace != "" && id != tc.trace {
				t.Errorf("trace %q, want %q: %s", id, tc.trace, tc.reason)
			}
			if parent := telemetry.TraceParent(ctx); len(parent) != 55 || parent[3:35] != id {
				t.Errorf("traceparent %q of trace %s", parent, id)
			}
			ctx, span := telemetry.Start(ctx, telemetry.Server, "first "+name)
			span.End(nil)
			if got := telemetry.TraceID(ctx); got != id {
				t.Errorf("the first span is in trace %s, want %s, which is in the log already", got, id)
			}
			if begun := find(t, "first "+name); tc.trace == "" && begun.Parent.IsValid() {
				t.Error("the first span of a new trace has a parent that nobody will see")
			}
			next := http.Header{}
			telemetry.Pass(ctx, next)
			if next.Get("traceparent") != telemetry.TraceParent(ctx) {
				t.Errorf("passed on %q, want %q", next.Get("traceparent"), telemetry.TraceParent(ctx))
			}
		})
	}
}

// TestEnd: a span says what kind of failure it was, and never what an error says.
func TestEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err     error
		outcome string
		code    string
	}{
		"Done":    {nil, "ok", ""},
		"Refused": {fault.New(fault.Denied, "own_request", "Not your own.").Because(errors.New("anna@acme.example")), "denied", "own_request"},
		"Bug":     {errors.New("anna@acme.example"), "internal", "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, span := telemetry.Start(t.Context(), telemetry.Internal, "end "+name)
			span.End(tc.err)
			s := find(t, "end "+name)
			said := map[string]string{}
			for _, a := range s.Attributes {
				said[string(a.Key)] = a.Value.AsString()
			}
			if said["dcm.outcome"] != tc.outcome || said["error.type"] != tc.code || s.Status.Description != tc.code {
				t.Errorf("the span says %v and %+v, want %s and %s", said, s.Status, tc.outcome, tc.code)
			}
		})
	}
}

func find(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	all := made.GetSpans()
	i := slices.IndexFunc(all, func(s tracetest.SpanStub) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no span %q", name)
	}
	return all[i]
}
