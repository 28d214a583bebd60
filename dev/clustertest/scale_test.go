//go:build cluster

package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/dev/internal/bench"
)

// toZero is how long going to zero may take: the window of the dev overlay, the
// autoscaler's looks, and a busy machine.
const toZero = 3 * time.Minute

const belongsTo = "serving.knative.dev/service"

// noTicks takes the ticks away, so that a function is up only because somebody
// needs it; ticks brings them back.
func (i *installation) noTicks(ctx context.Context, t *testing.T) {
	t.Helper()
	i.must(ctx, t, "delete", "pingsources", "--all")
}

func (i *installation) ticks(ctx context.Context, t *testing.T) {
	t.Helper()
	i.must(ctx, t, "apply", "--server-side", "--force-conflicts", "-k", i.overlay, "--selector=app.kubernetes.io/component=tick")
}

// up tells which Services have Pods that are not on their way out.
func (i *installation) up(ctx context.Context) (map[string]int, error) {
	pods, err := i.Pods(ctx, belongsTo)
	if err != nil {
		return nil, err
	}
	running := map[string]int{}
	for _, p := range pods {
		if p.Metadata.DeletionTimestamp == nil {
			running[p.Metadata.Labels[belongsTo]]++
		}
	}
	return running, nil
}

// awaitZero waits until none of the Services has a Pod.
func (i *installation) awaitZero(ctx context.Context, t *testing.T, services ...string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, toZero)
	defer cancel()
	for began := time.Now(); ; time.Sleep(250 * time.Millisecond) {
		running, err := i.up(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(services, func(s string) bool { return running[s] > 0 }) {
			return time.Since(began)
		}
	}
}

// watchUp notes which Services come up until the returned function is called.
func (i *installation) watchUp(ctx context.Context) func() map[string]bool {
	ctx, stop := context.WithCancel(ctx)
	seen := map[string]bool{}
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			running, err := i.up(ctx)
			if err == nil {
				for s := range running {
					seen[s] = true
				}
			}
		}
	})
	return func() map[string]bool {
		stop()
		watching.Wait()
		return seen
	}
}

// coldStarts measures, with everything at zero, how long each Service takes from
// a request to its first answer, once a round and in an order left to chance.
func (i *installation) coldStarts(ctx context.Context, t *testing.T, rounds int) {
	t.Helper()
	services := append([]string{"hello"}, functions...)
	took := map[string][]float64{}
	for range rounds {
		i.awaitZero(ctx, t, services...)
		time.Sleep(time.Second) // for the routes to lead to the activator
		for _, k := range rand.Perm(len(services)) {
			s := services[k]
			began := time.Now()
			if err := answer(ctx, i.inside(s)+"/healthz"); err != nil {
				t.Fatal(err)
			}
			took[s] = append(took[s], time.Since(began).Seconds()*1000)
		}
	}
	var rows []bench.Row
	for _, f := range functions {
		var ratios []float64
		for n := range rounds {
			ratios = append(ratios, took[f][n]/took["hello"][n])
		}
		rows = append(rows, bench.Row{
			Name: "zero to first answer, " + f + " / hello-world", Value: bench.Median(took[f]) / bench.Median(took["hello"]), Gate: 1.15, Target: 1.05, Lower: true,
			Note: fmt.Sprintf("%.0f ms / %.0f ms, medians of %d; median of ratios %.2f", bench.Median(took[f]), bench.Median(took["hello"]), rounds, bench.Median(ratios)),
		})
	}
	bench.Print(t.Output(), rows)
	for _, r := range rows {
		if r.Missed() {
			t.Errorf("%s: the gate is missed", r.Name)
		}
	}
}

// answer asks until there is a 200, on a connection of its own.
func answer(ctx context.Context, url string) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return nil
}

// memory prints what the containers of each Service hold, by the kubelet's word.
func (i *installation) memory(ctx context.Context, t *testing.T) {
	t.Helper()
	var nodes struct {
		Items []struct {
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
		} `json:"items"`
	}
	if err := i.Get(ctx, &nodes, "nodes"); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes.Items {
		var summary struct {
			Pods []struct {
				Ref struct {
					Name      string `json:"name"`
					Namespace string `json:"namespace"`
				} `json:"podRef"`
				Containers []struct {
					Name   string `json:"name"`
					Memory struct {
						WorkingSet int64 `json:"workingSetBytes"`
						RSS        int64 `json:"rssBytes"`
					} `json:"memory"`
				} `json:"containers"`
			} `json:"pods"`
		}
		if err := i.GetRaw(ctx, &summary, "/api/v1/nodes/"+n.Metadata.Name+"/proxy/stats/summary"); err != nil {
			t.Logf("memory is not told: %v", err)
			return
		}
		for _, p := range summary.Pods {
			if p.Ref.Namespace != string(i.Namespace) || !strings.Contains(p.Ref.Name, "-deployment-") {
				continue
			}
			for _, c := range p.Containers {
				if c.Name == "user-container" {
					t.Logf("memory of %-50s working set %5.1f MiB, resident %5.1f MiB", p.Ref.Name, mib(c.Memory.WorkingSet), mib(c.Memory.RSS))
				}
			}
		}
	}
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
