// Package traced puts an event log's appends into the trace: each is a span, and
// the facts it records say where consumers go on from.
package traced

import (
	"context"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/telemetry"
)

// A Log is another log with its appends in the trace.
type Log struct{ eventlog.Log }

// Append records r with the append itself as the traceparent of its facts and
// timers. Facts that were recorded before keep theirs.
func (l Log) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	attrs := []telemetry.Attr{telemetry.Tenant(r.Key.Tenant), telemetry.Stream(r.Key.Stream)}
	name := telemetry.SpanAppend
	if len(r.Facts) > 0 { // the first names the rest
		t := r.Facts[0].EventType()
		name, attrs = name+" "+string(t), append(attrs, telemetry.Fact(t))
	}
	ctx, span := telemetry.Start(ctx, telemetry.Client, name, attrs...)
	if parent := telemetry.TraceParent(ctx); parent != "" {
		r.Cause.TraceParent = parent
	}
	recorded, err := l.Log.Append(ctx, r)
	span.End(err)
	return recorded, err
}
