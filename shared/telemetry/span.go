package telemetry

import (
	"context"
	"errors"
	"sync/atomic"

	"dcm.io/shared/fault"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// tracer makes spans; nil while nobody wants them.
var tracer atomic.Pointer[trace.Tracer]

// A Kind says which end of a conversation a span is.
type Kind trace.SpanKind

// The kinds of spans.
const (
	Internal = Kind(trace.SpanKindInternal)
	Server   = Kind(trace.SpanKindServer)   // answers
	Client   = Kind(trace.SpanKindClient)   // asks, and waits
	Producer = Kind(trace.SpanKindProducer) // tells
	Consumer = Kind(trace.SpanKindConsumer) // acts on what it was told
)

// A Span is a piece of work in a trace. A nil Span is one that nobody wants.
type Span struct{ span trace.Span }

// Start begins a span under the one that ctx is in. End it.
func Start(ctx context.Context, kind Kind, name string, attrs ...Attr) (context.Context, *Span) {
	return start(ctx, kind, name, nil, attrs)
}

// Resume begins a span that continues the trace of a fact, which stands at
// traceparent. If ctx is in that trace already, because the broker has passed it
// on, the span comes under ctx's, so that the broker is seen between the two.
// Otherwise, as at a tick, it comes under the fact itself, with a link to ctx's.
func Resume(ctx context.Context, kind Kind, name, traceparent string, attrs ...Attr) (context.Context, *Span) {
	fact, here := parse(traceparent), trace.SpanContextFromContext(ctx)
	if !fact.IsValid() || fact.TraceID() == here.TraceID() {
		return start(ctx, kind, name, nil, attrs)
	}
	ctx = trace.ContextWithRemoteSpanContext(ctx, fact)
	if !here.IsValid() {
		return start(ctx, kind, name, nil, attrs)
	}
	return start(ctx, kind, name, []trace.Link{{SpanContext: here}}, attrs)
}

// Follow begins a span right under the place where traceparent stands, whatever
// ctx is in.
func Follow(ctx context.Context, kind Kind, name, traceparent string, attrs ...Attr) (context.Context, *Span) {
	if parent := parse(traceparent); parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
	}
	return start(ctx, kind, name, nil, attrs)
}

func start(ctx context.Context, kind Kind, name string, links []trace.Link, attrs []Attr) (context.Context, *Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, nil
	}
	ctx, span := (*t).Start(ctx, name, trace.WithSpanKind(trace.SpanKind(kind)), trace.WithLinks(links...), trace.WithAttributes(keyValues(attrs)...))
	return ctx, &Span{span}
}

// Name gives the span the name that was not known when it began.
func (s *Span) Name(name string, attrs ...Attr) {
	if s != nil {
		s.span.SetName(name)
		s.span.SetAttributes(keyValues(attrs)...)
	}
}

// End ends the span with what became of it: the fault's kind and code, never
// what an error says, which may name people.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	s.span.SetAttributes(attribute.String(attrOutcome, Outcome(err)))
	if err != nil {
		s.span.SetAttributes(attribute.String(attrError, code(err)))
		s.span.SetStatus(codes.Error, code(err))
	}
	s.span.End()
}

// Outcome is what became of a piece of work, in a word of a closed set.
func Outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return outcomes[fault.KindOf(err)]
}

var outcomes = map[fault.Kind]string{
	fault.Internal: "internal", fault.Invalid: "invalid", fault.Denied: "denied", fault.Anonymous: "anonymous", fault.Missing: "missing",
	fault.Conflict: "conflict", fault.Transient: "transient", fault.TooLarge: "too_large", fault.Unsupported: "unsupported",
}

func code(err error) string {
	var known *fault.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return outcomes[fault.Internal]
}
