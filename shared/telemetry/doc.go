// Package telemetry is the door to OpenTelemetry: the spans of one trace from
// the browser to the mail, and the names of everything that is measured.
//
// A trace goes from process to process in the W3C's traceparent header, and
// from a fact to whoever acts on it, however much later, in the fact itself.
// Both work without any exporter: a trace id is in every log line and every
// refusal. Spans are made and sent only if OTEL_EXPORTER_OTLP_ENDPOINT says where
// to, by OTLP over HTTP in JSON; without it nothing is set up.
//
// Operators have the standard's variables: OTEL_EXPORTER_OTLP_ENDPOINT,
// _HEADERS and _TIMEOUT, with _TRACES_ for traces alone, OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES, OTEL_BSP_*, OTEL_TRACES_SAMPLER and its argument. To
// keep a share of traces, sample by traceidratio, which every process answers
// alike; a parent-based sampler would let browsers decide.
//
// Whoever adds a span takes its attributes from this package. There is none for
// text, so that what people are called or have written cannot get into a trace.
package telemetry
