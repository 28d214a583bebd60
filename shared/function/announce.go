package function

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/telemetry"
)

// announceLimit is how long the broker is given. A broker may answer only when
// every consumer has, and a consumer may have to start first: Knative's in-memory
// channel is like that, and gives up a delivery when we hang up. A fact that is
// not announced is found by its consumers' ticks.
const announceLimit = 30 * time.Second

// An announcer tells the broker about recorded facts: it rings, and does not
// insist. Nobody waits for it: what is recorded is owed, heard or not.
type announcer struct {
	ringing sync.WaitGroup

	sink    string
	token   string // file of a token for it
	client  *http.Client
	logger  *slog.Logger
	metrics *metrics
}

func newAnnouncer(c Config, logger *slog.Logger, m *metrics) *announcer {
	return &announcer{sink: c.Sink, token: c.SinkToken, client: &http.Client{Timeout: announceLimit}, logger: logger, metrics: m}
}

// announce sends the facts that somebody is owed, in order, behind the answer.
func (a *announcer) announce(ctx context.Context, facts []event.Envelope) {
	facts = slices.DeleteFunc(slices.Clone(facts), func(e event.Envelope) bool { return len(event.Consumers(e.Type)) == 0 })
	if a.sink == "" || len(facts) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	a.ringing.Go(func() {
		for _, e := range facts {
			if err := a.send(ctx, e); err != nil {
				a.metrics.notAnnounced()
				a.logger.WarnContext(ctx, "not announced; the consumers' ticks will find it", "type", string(e.Type), "id", e.ID.String(), "error", err.Error())
				return // the broker is away
			}
		}
	})
}

// wait returns when everything was announced, or ctx ends: then ticks find the
// rest.
func (a *announcer) wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		a.ringing.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// send posts one fact as a CloudEvent in binary mode. The event itself carries
// where the fact stands in its trace; the header goes on from span to span.
func (a *announcer) send(ctx context.Context, e event.Envelope) (err error) {
	ctx, span := telemetry.Follow(ctx, telemetry.Producer, telemetry.SpanAnnounce+" "+string(e.Type), e.TraceParent,
		telemetry.Tenant(e.Tenant), telemetry.Stream(e.Stream), telemetry.Fact(e.Type))
	defer func() { span.End(err) }()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.sink, bytes.NewReader(e.Data))
	if err != nil {
		return fmt.Errorf("address the broker: %w", err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": e.ID.String(), "ce-source": e.Source,
		"ce-type": string(e.Type), "ce-subject": e.Stream.String(), "ce-time": e.OccurredAt.Format(time.RFC3339Nano),
		"ce-tenantid": e.Tenant.String(), "ce-causationid": e.CauseID, "ce-correlationid": e.CorrelationID,
		"ce-partitionkey": e.Stream.String(), "ce-traceparent": e.TraceParent,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	telemetry.Pass(ctx, r.Header)
	if token, err := os.ReadFile(a.token); err == nil { // it is renewed there
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	resp, err := a.client.Do(r)
	if err != nil {
		return fmt.Errorf("reach the broker: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // so that the connection is kept
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the broker answered %s", resp.Status)
	}
	return nil
}
