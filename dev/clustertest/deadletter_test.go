//go:build cluster

package clustertest

import (
	"context"
	"strings"
	"testing"
	"time"
)

// stuck is a line of the portal's screen of that name.
type stuck struct {
	State    string `json:"state"`
	Function string `json:"function"`
	StreamID string `json:"stream_id"`
	FactID   string `json:"fact_id"`
	Attempts int    `json:"attempts"`
	Reason   string `json:"reason"`
}

// deadLetter deploys audit-export with a bucket that does not exist, as operators
// do, and asks for a bundle. The broker gives up and brings the event to the
// dead-letter sink; the function gives up, and the portal says why. Once the
// bucket is right again a replay makes the bundle.
func (i *installation) deadLetter(ctx context.Context, t *testing.T, p people) {
	t.Helper()
	i.breakBucket(ctx, t)
	// Ticks come often, so that nobody waits minutes for the attempts.
	i.must(ctx, t, "patch", "pingsource", "tick-audit-export", "--type=merge", "-p", `{"spec":{"schedule":"*/5 * * * * *"}}`)
	asked, err := p.clara.Export(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	said := i.listenSink(ctx)
	began := time.Now()
	line := i.awaitDead(ctx, t, p)
	t.Logf("given up after %d attempts in %s, and the portal says why: %s", line.Attempts, time.Since(began).Round(time.Second), line.Reason)
	if !strings.Contains(line.Reason, "bucket") {
		t.Errorf("the reason %q does not say what is wrong", line.Reason)
	}
	sunk := <-said
	if sunk == "" {
		t.Error("nothing was brought to the dead-letter sink")
	}
	t.Logf("the dead-letter sink said: %s", sunk)

	i.mendBucket(ctx, t)
	replay := map[string]string{"function": line.Function, "stream_id": line.StreamID, "fact_id": line.FactID}
	if err := p.admin.Post(ctx, "/api/v1/stuck/replay", unique("replay"), replay, nil); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	ready, err := p.clara.AwaitBundle(ctx, asked.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("replayed: a bundle of %d facts %s after the click", ready.Facts, time.Since(began).Round(10*time.Millisecond))
}

// breakBucket deploys audit-export with a bucket that is not there: a revision of
// its own. mendBucket applies what the repository says.
func (i *installation) breakBucket(ctx context.Context, t *testing.T) {
	t.Helper()
	before := i.revision(ctx, t, "audit-export")
	i.must(ctx, t, "patch", "ksvc", "audit-export", "--type=json", "-p",
		`[{"op":"add","path":"/spec/template/spec/containers/0/env/-","value":{"name":"S3_BUCKET","value":"no-such-bucket"}}]`)
	i.awaitRevision(ctx, t, "audit-export", before)
}

func (i *installation) mendBucket(ctx context.Context, t *testing.T) {
	t.Helper()
	before := i.revision(ctx, t, "audit-export")
	i.must(ctx, t, "apply", "--server-side", "--force-conflicts", "-k", i.overlay, "--selector=app.kubernetes.io/name=audit-export")
	i.awaitRevision(ctx, t, "audit-export", before)
}

// revision is a Service's newest that is ready.
func (i *installation) revision(ctx context.Context, t *testing.T, service string) string {
	t.Helper()
	return i.must(ctx, t, "get", "ksvc", service, "-o", "jsonpath={.status.latestReadyRevisionName}")
}

// awaitRevision waits until a Service's newest revision is ready, is another than
// the one before, and has the traffic that the Service gives it.
func (i *installation) awaitRevision(ctx context.Context, t *testing.T, service, before string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for ; ; time.Sleep(100 * time.Millisecond) {
		s := i.must(ctx, t, "get", "ksvc", service, "-o",
			`jsonpath={.metadata.generation} {.status.observedGeneration} {.status.latestCreatedRevisionName} {.status.latestReadyRevisionName} {.status.conditions[?(@.type=="Ready")].status}`)
		f := strings.Fields(s)
		if len(f) == 5 && f[0] == f[1] && f[2] == f[3] && f[3] != before && f[4] == "True" {
			return f[3]
		}
	}
}

// awaitDead asks the portal until something was given up.
func (i *installation) awaitDead(ctx context.Context, t *testing.T, p people) stuck {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for ; ; time.Sleep(time.Second) {
		var page struct {
			Items []stuck `json:"items"`
		}
		if err := p.admin.Get(ctx, "/api/v1/stuck?state=dead", &page); err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 {
			return page.Items[0]
		}
	}
}

// listenSink waits in the background for the line that the dead-letter sink writes
// about audit-export. It listens from the start: the sink is gone soon after.
func (i *installation) listenSink(ctx context.Context) <-chan string {
	heard := make(chan string, 1)
	go func() {
		defer close(heard)
		ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
		defer cancel()
		for ; ctx.Err() == nil; time.Sleep(time.Second) {
			said, _ := i.Run(ctx, "logs", "--selector="+belongsTo+"=dead-letter", "--container=user-container", "--tail=-1") // it may not be up
			for line := range strings.Lines(said) {
				if strings.Contains(line, `"consumer":"audit-export"`) {
					heard <- strings.TrimSpace(line)
					return
				}
			}
		}
	}()
	return heard
}
