package logchaos

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/process"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// A crew is the consumers: real functions but for what they decide. They take
// work, announce, give back and give up as in production.
type crew struct {
	scene    *scene
	handlers map[event.Function]http.Handler
	every    time.Duration // between ticks
	said     *process.Transcript

	mu     sync.Mutex // guards below
	done   map[checker.Deed]int
	poison func(event.Envelope) // may panic; nil for none
}

// members are the consumers, with the facts that each is owed by the catalogue.
var members = []event.Function{event.Approve, event.Provision, event.Notify}

func newCrew(ctx context.Context, c *scene) (*crew, error) {
	w := &crew{scene: c, handlers: map[event.Function]http.Handler{}, every: 150 * time.Millisecond, said: &process.Transcript{}, done: map[checker.Deed]int{}}
	return w, w.hire(ctx)
}

// hire makes the functions.
func (w *crew) hire(ctx context.Context) error {
	for _, f := range members {
		log, err := w.scene.open(ctx, f, 2)
		if err != nil {
			return err
		}
		routes := function.Routes{Facts: map[event.Type]function.FactHandler{}}
		for _, t := range event.ConsumedBy(f) {
			routes.Facts[t] = w.handler(f, log)
		}
		h, err := function.NewHandler(function.Config{Sink: w.scene.bell.url}, function.Function{
			Name: f, Log: log, Ledger: log, Routes: routes, Logger: slog.New(slog.NewTextHandler(w.said, nil)),
		})
		if err != nil {
			return fmt.Errorf("make %s: %w", f, err)
		}
		w.handlers[f] = h
	}
	return nil
}

// handler does something in the world, which cannot be taken back, and records
// what follows.
func (w *crew) handler(f event.Function, log *pglog.Log) function.FactHandler {
	return func(ctx context.Context, in event.Envelope, work eventlog.Work) ([]event.Envelope, error) {
		w.mu.Lock()
		poison := w.poison
		w.mu.Unlock()
		if poison != nil {
			poison(in)
		}
		w.mu.Lock()
		w.done[checker.Deed{By: f, Fact: in.ID}]++
		w.mu.Unlock()
		follows := consequences(f, in)
		if len(follows) == 0 {
			return nil, nil
		}
		return following.Step(ctx, log, work.Key, function.Because(in, f, time.Now()), &work, follows)
	}
}

var following = decider.Decider[struct{}, []event.Fact]{
	Evolve: func(s struct{}, _ event.Envelope) struct{} { return s },
	Decide: func(_ struct{}, f []event.Fact) (decider.Outcome, error) { return decider.Facts(f...), nil },
}

// consequences are what a function records because of a fact; notify records
// nothing, so that there is also work which is settled without an append.
func consequences(f event.Function, in event.Envelope) []event.Fact {
	vm := event.DeriveID(in.Tenant, "vm", in.Stream.String())
	switch {
	case f == event.Approve:
		return []event.Fact{event.ApprovalGranted{Automatic: true, Receipt: event.Receipt{Policy: "chaos", Outcome: "approve"}}}
	case f == event.Provision && in.Type == event.RequestRetried{}.EventType():
		return []event.Fact{event.ProvisioningStalled{Step: "clone", Code: "noise"}}
	case f == event.Provision:
		return []event.Fact{
			event.ProvisioningStarted{VM: vm, VMName: "vm-" + vm.String()[:8], InstanceUUID: vm},
			event.ProvisioningSucceeded{VM: vm, VMName: "vm-" + vm.String()[:8], Address: "192.0.2.1", InstanceUUID: vm},
		}
	}
	return nil
}

// work ticks every member now and then until ctx ends.
func (w *crew) work(ctx context.Context) {
	var wg sync.WaitGroup
	for _, f := range members {
		wg.Go(func() {
			for ctx.Err() == nil {
				w.tick(ctx, f)
				chaos.Pause(ctx, w.every)
			}
		})
	}
	wg.Wait()
}

// tickAll ticks every member once, and returns when all are done.
func (w *crew) tickAll(ctx context.Context) {
	var wg sync.WaitGroup
	for _, f := range members {
		wg.Go(func() { w.tick(ctx, f) })
	}
	wg.Wait()
}

func (w *crew) tick(ctx context.Context, f event.Function) {
	w.post(ctx, f, map[string]string{"ce-id": uuid.NewString(), "ce-type": "dev.knative.sources.ping"}, "")
}

// ring brings a member the news of a fact.
func (w *crew) ring(ctx context.Context, f event.Function, tenant, fact uuid.UUID, kind event.Type) {
	w.post(ctx, f, map[string]string{"ce-id": fact.String(), "ce-type": string(kind), "ce-tenantid": tenant.String()}, "{}")
}

// post sends an event, and returns the status.
func (w *crew) post(ctx context.Context, f event.Function, headers map[string]string, body string) int {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/chaos")
	r.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	w.handlers[f].ServeHTTP(answer, r)
	return answer.Code
}

// metrics is what a member tells Prometheus.
func (w *crew) metrics(ctx context.Context, f event.Function) string {
	answer := httptest.NewRecorder()
	w.handlers[f].ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
	return answer.Body.String()
}

// deeds are what was done in the world, and how often.
func (w *crew) deeds() map[checker.Deed]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make(map[checker.Deed]int, len(w.done))
	for d, n := range w.done {
		all[d] = n
	}
	return all
}

func (w *crew) setPoison(p func(event.Envelope)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.poison = p
}
