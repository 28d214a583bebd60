package telemetry

import (
	"net/http"
	"regexp"
	"testing"
)

// FuzzTraceParent: whatever a caller sends, we are in a trace afterwards, and
// what we send on is well formed and of the same trace.
func FuzzTraceParent(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "", "dcm=1")
	f.Add("", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "")
	f.Add("00-00000000000000000000000000000000-0000000000000000-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", ",")
	wellFormed := regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)
	f.Fuzz(func(t *testing.T, parent, ofEvent, state string) {
		ctx := Continue(t.Context(), http.Header{"Traceparent": {parent}, "Ce-Traceparent": {ofEvent}, "Tracestate": {state}})
		out := http.Header{}
		Pass(ctx, out)
		m := wellFormed.FindStringSubmatch(out.Get("traceparent"))
		if m == nil || m[1] != TraceID(ctx) || m[1] == "00000000000000000000000000000000" {
			t.Errorf("%q leads to %q in trace %q", parent, out.Get("traceparent"), TraceID(ctx))
		}
	})
}
