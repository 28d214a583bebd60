package telemetry

import (
	"context"
	"crypto/rand"
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// w3c reads and writes the header, and its companion tracestate.
var w3c propagation.TraceContext

// parentHeader is where HTTP and CloudEvents carry a trace.
const parentHeader = "traceparent"

// begunKey leads to the id of a trace that has no span yet.
type begunKey struct{}

// Continue returns a context in the caller's trace, or in a new one if the
// caller has none: the header's, or else that of the event itself, which a
// broker that does not trace may have left as it was.
func Continue(ctx context.Context, h http.Header) context.Context {
	ctx = w3c.Extract(ctx, propagation.HeaderCarrier(h))
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	if c := parse(h.Get("ce-" + parentHeader)); c.IsValid() {
		return trace.ContextWithRemoteSpanContext(ctx, c)
	}
	return begin(ctx)
}

// Pass tells the next process of ctx's trace.
func Pass(ctx context.Context, h http.Header) {
	w3c.Inject(ctx, propagation.HeaderCarrier(h))
	if parent := TraceParent(ctx); parent != "" { // also of a trace that has no span yet
		h.Set(parentHeader, parent)
	}
}

// TraceID is the id by which a trace and its log lines are found; empty if ctx
// is in none.
func TraceID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.IsValid() {
		return c.TraceID().String()
	}
	if id, ok := ctx.Value(begunKey{}).(trace.TraceID); ok {
		return id.String()
	}
	return ""
}

// TraceParent is where ctx's trace stands, to be continued from there; empty if
// ctx is in none.
func TraceParent(ctx context.Context) string {
	c := trace.SpanContextFromContext(ctx)
	if !c.IsValid() {
		id, ok := ctx.Value(begunKey{}).(trace.TraceID)
		if !ok {
			return ""
		}
		c = trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: newSpanID(), TraceFlags: trace.FlagsSampled})
	}
	return "00-" + c.TraceID().String() + "-" + c.SpanID().String() + "-" + c.TraceFlags().String()
}

// begin chooses the id of a trace before it has a span: what is refused at the
// door has none, and is still found by it.
func begin(ctx context.Context) context.Context {
	var id trace.TraceID
	_, _ = rand.Read(id[:]) // never fails since Go 1.24
	return context.WithValue(ctx, begunKey{}, id)
}

// parse reads a traceparent; what it gives is not valid if that is not.
func parse(traceparent string) trace.SpanContext {
	if traceparent == "" {
		return trace.SpanContext{}
	}
	ctx := w3c.Extract(context.Background(), propagation.MapCarrier{parentHeader: traceparent})
	return trace.SpanContextFromContext(ctx)
}

func newSpanID() (id trace.SpanID) {
	_, _ = rand.Read(id[:])
	return id
}

// ids gives spans their ids, and begins traces with the id that was chosen.
type ids struct{}

// NewIDs implements the SDK's IDGenerator for the first span of a trace.
func (ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, ok := ctx.Value(begunKey{}).(trace.TraceID)
	if !ok {
		_, _ = rand.Read(id[:])
	}
	return id, newSpanID()
}

// NewSpanID implements the SDK's IDGenerator.
func (ids) NewSpanID(context.Context, trace.TraceID) trace.SpanID { return newSpanID() }
