package function_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/function"
	"dcm.io/shared/telemetry"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// spans keeps those of all tests here; each looks for those of its own trace.
var spans = tracetest.NewInMemoryExporter()

func TestMain(m *testing.M) {
	closed := telemetry.Use(sdk.WithSyncer(spans))
	code := m.Run()
	_ = closed(context.Background())
	os.Exit(code)
}

// A tracing bundle records through a log that is traced, as functions do.
func tracing(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	b.onFact = func(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
		stream, err := b.log.Read(ctx, w.Key)
		if err != nil {
			return nil, err
		}
		return traced.Log{Log: b.log}.Append(ctx, eventlog.Record{
			Key: w.Key, Expect: eventlog.HeadOf(stream), Cause: function.Because(in, event.Approve, b.clock()), Settles: &w,
			Facts: []event.Fact{event.ApprovalGranted{Automatic: true}}, Timers: []eventlog.Timer{{Kind: "remind", Due: b.clock().Add(time.Hour)}},
		})
	}
	return b
}

// TestOneTrace: however a fact is taken up, its own trace goes on, and so does
// what it leads to.
func TestOneTrace(t *testing.T) {
	t.Parallel()
	const root = "submit"
	cases := map[string]struct {
		request func(e event.Envelope) *http.Request
		under   string // the span that acting on the fact comes under; empty: the fact's
		linked  bool
		reason  string
	}{
		"Passed": {func(e event.Envelope) *http.Request {
			r := doorbell(e)
			r.Header.Set("traceparent", e.TraceParent)
			return r
		}, "doorbell", false, "the broker passes the trace on"},
		"Left": {func(e event.Envelope) *http.Request {
			r := doorbell(e)
			r.Header.Set("ce-traceparent", e.TraceParent)
			return r
		}, "doorbell", false, "the broker does not trace, and the event is as it was"},
		"Lost":  {doorbell, "", true, "the delivery is in no trace"},
		"Other": {func(e event.Envelope) *http.Request { return otherTrace(doorbell(e)) }, "", true, "the delivery is in another trace"},
		"Tick":  {func(event.Envelope) *http.Request { return otherTrace(ping()) }, "", true, "a tick is in a trace of its own"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := tracing(t)
			s := newSink(t, http.StatusAccepted)
			b.config.Sink = s.URL
			ctx, span := telemetry.Start(t.Context(), telemetry.Server, root)
			fact := b.submittedIn(t, telemetry.TraceParent(ctx))
			span.End(nil)
			serve(b.handler(t), tc.request(fact))
			all := traceOf(fact.TraceParent)
			act := one(t, all, "act on io.dcm.request.submitted.v1")
			want := one(t, all, root)
			if tc.under != "" {
				want = one(t, all, tc.under+" io.dcm.request.submitted.v1")
			}
			if act.Parent.SpanID() != want.SpanContext.SpanID() || (len(act.Links) == 1) != tc.linked {
				t.Errorf("acted on under %s with %d links, want under %s: %s", act.Parent.SpanID(), len(act.Links), want.Name, tc.reason)
			}
			recorded := one(t, all, "append io.dcm.approval.granted.v1")
			told := one(t, all, "announce io.dcm.approval.granted.v1")
			if recorded.Parent.SpanID() != act.SpanContext.SpanID() || told.Parent.SpanID() != recorded.SpanContext.SpanID() {
				t.Error("want act on > append > announce")
			}
			granted := b.log.Facts(b.tenant)[1]
			if granted.TraceParent != standing(recorded) {
				t.Errorf("the fact stands at %s, want at its append, %s", granted.TraceParent, standing(recorded))
			}
			heard, _ := s.announcements()
			if got := heard[0].Get("Traceparent"); got != standing(told) {
				t.Errorf("the broker hears of %s, want of announcing, %s", got, standing(told))
			}
			if got := heard[0].Get("Ce-Traceparent"); got != granted.TraceParent {
				t.Errorf("the event says %s, want the fact's own, %s", got, granted.TraceParent)
			}
		})
	}
}

// TestTimerTrace: a timer goes on in the trace of what set it.
func TestTimerTrace(t *testing.T) {
	t.Parallel()
	b := tracing(t)
	ctx, span := telemetry.Start(t.Context(), telemetry.Server, "submit")
	fact := b.submittedIn(t, telemetry.TraceParent(ctx))
	span.End(nil)
	h := b.handler(t)
	serve(h, doorbell(fact))
	b.elapse(2 * time.Hour)
	serve(h, ping())
	all := traceOf(fact.TraceParent)
	timer, set := one(t, all, "timer remind"), one(t, all, "append io.dcm.approval.granted.v1")
	if timer.Parent.SpanID() != set.SpanContext.SpanID() || len(timer.Links) != 1 {
		t.Errorf("under %s with %d links, want under the append that set it, linked to the tick", timer.Parent.SpanID(), len(timer.Links))
	}
}

// TestQuietTick: a tick that finds nothing owed is not worth a span.
func TestQuietTick(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := ping()
	parent := "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	r.Header.Set("traceparent", parent)
	serve(b.handler(t), r)
	if all := traceOf(parent); len(all) != 0 {
		t.Errorf("%d spans", len(all))
	}
}

// TestCommandTrace: what a command records is in the trace of who sent it.
func TestCommandTrace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var cause eventlog.Cause
	b.command = func(_ context.Context, c function.Command) (function.Answer, error) {
		cause = c.Cause
		return function.Answer{}, errNever
	}
	r := decide("anna", "{}")
	parent := "00-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	r.Header.Set("traceparent", parent)
	serve(b.handler(t), r)
	span := one(t, traceOf(parent), "command io.dcm.request.decide")
	if span.Parent.SpanID().String() != parent[36:52] || cause.TraceParent != standing(span) || span.Status.Description != "never" {
		t.Errorf("%s under %s, cause %s, status %+v", span.Name, span.Parent.SpanID(), cause.TraceParent, span.Status)
	}
}

func otherTrace(r *http.Request) *http.Request {
	r.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	return r
}

// traceOf lists the spans of a traceparent's trace.
func traceOf(traceparent string) []tracetest.SpanStub {
	return slices.DeleteFunc(spans.GetSpans(), func(s tracetest.SpanStub) bool { return s.SpanContext.TraceID().String() != traceparent[3:35] })
}

func one(t *testing.T, all []tracetest.SpanStub, name string) tracetest.SpanStub {
	t.Helper()
	var names []string
	for _, s := range all {
		if s.Name == name {
			return s
		}
		names = append(names, s.Name)
	}
	t.Fatalf("there is no span %q among %q", name, names)
	return tracetest.SpanStub{}
}

// standing is a span's place as a traceparent.
func standing(s tracetest.SpanStub) string {
	return telemetry.TraceParent(trace.ContextWithSpanContext(context.Background(), s.SpanContext))
}
