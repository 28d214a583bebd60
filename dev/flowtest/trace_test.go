package flowtest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/tracesink"
)

// TestOneTraceFromBrowserToMail: every span of the flow is in the trace that the
// portal's page began, and hangs under it without a gap.
func TestOneTraceFromBrowserToMail(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	const id, browser = "5af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	emma := as(ctx, t, "emma.clark")
	var r client.Request
	if err := emma.PostIn(ctx, "00-"+id+"-"+browser+"-01", "/api/v1/requests", "", wish("S"), &r); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, emma, r.ID, "ready")
	mails(ctx, t, "emma.clark@globex.example", r.Name, 3)
	spans := awaitSpans(ctx, t, id)
	if roots := tracesink.Roots(spans); len(roots) != 1 || roots[0].ParentID != browser {
		t.Errorf("the trace is in %d pieces, want one under the browser's click", len(roots))
	}
	if !slices.ContainsFunc(spans, func(s tracesink.Span) bool { return s.Service == "broker" }) {
		t.Error("the broker is not seen in it")
	}
	for _, s := range spans {
		if s.Attributes["dcm.tenant_id"] != "" && s.Attributes["dcm.stream_id"] != "" && s.Attributes["dcm.stream_id"] != r.ID {
			t.Errorf("%s: %s is about %s, want the request", s.Service, s.Name, s.Attributes["dcm.stream_id"])
		}
		for _, v := range s.Attributes {
			if strings.Contains(v, "@") || strings.Contains(v, r.Name) || strings.Contains(v, "prove the flow") {
				t.Errorf("%s: %s says %q: a trace names nobody", s.Service, s.Name, v)
			}
		}
	}
	t.Logf("%d spans: %s/traces/%s/tree", len(spans), running.Traces.URL(), id)
	if t.Failed() {
		var tree bytes.Buffer
		tracesink.WriteTree(&tree, spans)
		t.Log("\n" + tree.String())
	}
}

// awaitSpans waits until a trace has all steps, and every span's parent.
func awaitSpans(ctx context.Context, t *testing.T, id string) []tracesink.Span {
	t.Helper()
	for {
		spans := running.Traces.Trace(id)
		missing := demo.MissingSteps(spans)
		if len(missing) == 0 && len(tracesink.Roots(spans)) == 1 {
			return spans
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			var tree bytes.Buffer
			tracesink.WriteTree(&tree, spans)
			t.Fatalf("missing %q in\n%s", missing, &tree)
		}
	}
}
