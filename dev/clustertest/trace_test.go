//go:build cluster

package clustertest

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
	"dcm.io/dev/internal/tracesink"
)

// oneTrace asks for a machine as the portal's page does, with a trace of its own,
// and waits until every step up to the mail hangs in it, under the click.
func (i *installation) oneTrace(ctx context.Context, t *testing.T, r stack.Run, p people) {
	t.Helper()
	const id, click = "5af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	wish := client.Wish{
		Project: "Webshop", Name: unique("trace"), Template: "debian-12", Size: "S", Network: "prod", LeaseDays: 7,
		Justification: "Is one trace from the click to the mail.",
	}
	if err := p.jana.PostIn(ctx, "00-"+id+"-"+click+"-01", "/api/v1/requests", "", wish, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for ; ; time.Sleep(time.Second) {
		spans := trace(ctx, t, r.Traces+"/traces/"+id)
		missing, roots := demo.MissingSteps(spans), tracesink.Roots(spans)
		if len(missing) == 0 && len(roots) == 1 {
			t.Logf("%d spans from the click to the mail, in one piece", len(spans))
			tracesink.WriteTree(t.Output(), spans)
			if roots[0].ParentID != click {
				t.Errorf("the trace begins under %q, want the click", roots[0].ParentID)
			}
			return
		}
		if ctx.Err() != nil {
			tracesink.WriteTree(t.Output(), spans)
			t.Fatalf("the trace is in %d pieces and lacks %q", len(roots), missing)
		}
	}
}

// trace reads the spans of one; none yet is no error.
func trace(ctx context.Context, t *testing.T, url string) []tracesink.Span {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var spans []tracesink.Span
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(&spans); err != nil {
			t.Fatal(err)
		}
	}
	return spans
}
