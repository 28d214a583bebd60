//go:build cluster

package clustertest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// Requests come all the while: one every so often, for as long as the release
// lasts.
const requestEvery = 500 * time.Millisecond

// release gives a new revision of every function of the flow a tenth of the
// traffic, then takes it back, while people ask for machines: nothing is lost or
// done twice, and going back takes less than a minute.
func (i *installation) release(ctx context.Context, t *testing.T, r stack.Run, p people) {
	t.Helper()
	services := []string{"submit", "approve", "provision", "notify"}
	load := i.load(ctx, p)
	before := map[string]string{}
	for _, s := range services {
		before[s] = i.revision(ctx, t, s)
	}
	began := time.Now()
	for _, s := range services { // the old revision keeps everything until the new one is ready
		i.must(ctx, t, "patch", "ksvc", s, "--type=merge", "-p", fmt.Sprintf(
			`{"spec":{"traffic":[{"revisionName":%q,"percent":100}],"template":{"metadata":{"annotations":{"dcm.io/release":%q}}}}}`, before[s], unique("release")))
	}
	for _, s := range services {
		next := i.awaitRevision(ctx, t, s, before[s])
		i.split(ctx, t, s, fmt.Sprintf(`[{"revisionName":%q,"percent":90},{"revisionName":%q,"percent":10}]`, before[s], next))
	}
	t.Logf("new revisions have a tenth of the traffic %s after the release", time.Since(began).Round(100*time.Millisecond))
	time.Sleep(20 * time.Second)

	back := time.Now()
	for _, s := range services {
		i.must(ctx, t, "patch", "ksvc", s, "--type=merge", "-p", fmt.Sprintf(`{"spec":{"traffic":[{"revisionName":%q,"percent":100}]}}`, before[s]))
	}
	for _, s := range services {
		i.awaitTraffic(ctx, t, s, before[s]+"=100 ")
	}
	took := time.Since(back)
	if took > time.Minute {
		t.Errorf("going back took %s, more than a minute", took)
	}
	asked, failed := load()
	if len(failed) > 0 {
		t.Errorf("%d of %d requests were refused; the first: %v", len(failed), len(failed)+len(asked), failed[0])
	}
	for _, id := range asked {
		ready, err := p.jana.Await(ctx, id, "ready", "failed")
		if err != nil {
			t.Fatal(err)
		}
		if ready.State != "ready" {
			t.Errorf("%s failed: %+v", ready.Name, ready.Provisioning.Failure)
			continue
		}
		if _, err := demo.OneMachine(ctx, r, ready); err != nil {
			t.Errorf("%s: %v", ready.Name, err)
		}
	}
	t.Logf("back on the old revisions in %s; %d requests meanwhile, each with one machine", took.Round(100*time.Millisecond), len(asked))
}

// split gives a Service's revisions their traffic and waits until they have it.
func (i *installation) split(ctx context.Context, t *testing.T, service, traffic string) {
	t.Helper()
	i.must(ctx, t, "patch", "ksvc", service, "--type=merge", "-p", `{"spec":{"traffic":`+traffic+`}}`)
	i.wait(ctx, t, "ksvc/"+service)
}

// awaitTraffic waits until a Service's traffic is as said, and Knative says that
// it is so everywhere.
func (i *installation) awaitTraffic(ctx context.Context, t *testing.T, service, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for ; ; time.Sleep(100 * time.Millisecond) {
		got := i.must(ctx, t, "get", "ksvc", service, "-o",
			`jsonpath={range .status.traffic[*]}{.revisionName}={.percent} {end}{.status.conditions[?(@.type=="RoutesReady")].status} {.metadata.generation} {.status.observedGeneration}`)
		var status string
		var generation, observed int
		if n, _ := fmt.Sscanf(got, want+"%s %d %d", &status, &generation, &observed); n == 3 && status == "True" && generation == observed {
			return
		}
	}
}

// load asks for machines until the returned function is called, which tells what
// was accepted and what was not.
func (i *installation) load(ctx context.Context, p people) func() (asked []string, failed []error) {
	ctx, stop := context.WithCancel(ctx)
	var (
		asked  []string
		failed []error
		mu     sync.Mutex
		all    sync.WaitGroup
	)
	all.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			name := unique("rel")
			all.Go(func() {
				request, err := p.wish(context.WithoutCancel(ctx), name, "S")
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed = append(failed, err)
					return
				}
				asked = append(asked, request.ID)
			})
			select {
			case <-time.After(requestEvery):
			case <-ctx.Done():
			}
		}
	})
	return func() ([]string, []error) {
		stop()
		all.Wait()
		return asked, failed
	}
}

// applyAgain applies what is there already, as whoever reconciles a repository
// does all day, and expects no new revision of anything: neither the SinkBinding
// nor the order of things makes one.
func (i *installation) applyAgain(ctx context.Context, t *testing.T) {
	t.Helper()
	revisions := func() string {
		return i.must(ctx, t, "get", "ksvc", "-o", `jsonpath={range .items[*]}{.metadata.name}: {.status.latestCreatedRevisionName}{"\n"}{end}`)
	}
	before := revisions()
	for range 2 {
		i.must(ctx, t, "apply", "--server-side", "--force-conflicts", "-k", i.overlay)
		time.Sleep(5 * time.Second) // for controllers to have their say
	}
	if after := revisions(); after != before {
		t.Errorf("applying again made revisions:\n%s\nwhere there were\n%s", after, before)
	}
}
