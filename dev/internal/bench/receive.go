package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

const stall = 3 * time.Second

// Receive compares a function that is told of a fact by the broker, and owes
// nothing for it, with a handler that only reads the body. Client and servers
// share the machine.
func Receive(ctx context.Context) ([]Row, error) {
	ours, err := receiver()
	if err != nil {
		return nil, err
	}
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer plain.Close()
	served := httptest.NewServer(ours)
	defer served.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadConns}, Timeout: 2 * stall}
	data, err := event.Encode(submitted())
	if err != nil {
		return nil, err
	}
	var ratios []float64
	stalls, total := 0, 0
	for range Rounds {
		plainRate, _, err := load(ctx, ring(client, plain.URL, data))
		if err != nil {
			return nil, fmt.Errorf("plain handler: %w", err)
		}
		rate, took, err := load(ctx, ring(client, served.URL, data))
		if err != nil {
			return nil, fmt.Errorf("receive: %w", err)
		}
		ratios, total = append(ratios, rate/plainRate), total+len(took)
		for i := len(took) - 1; i >= 0 && took[i] > float64(stall.Milliseconds()); i-- {
			stalls++
		}
	}
	return []Row{
		{Name: "receive a CloudEvent / plain net/http", Value: Median(ratios), Gate: 0.85, Target: 0.95, Note: "32 keep-alive connections"},
		{Name: "receive stalls over 3 s", Value: float64(stalls), Gate: 0.5, Target: 0.5, Lower: true, Note: fmt.Sprintf("in %d events", total)},
	}, nil
}

// receiver is a function as approve is one, on a log that owes it nothing.
func receiver() (http.Handler, error) {
	log := memory.New(time.Now)
	facts := map[event.Type]function.FactHandler{}
	for _, t := range event.ConsumedBy(event.Approve) {
		facts[t] = func(context.Context, event.Envelope, eventlog.Work) ([]event.Envelope, error) { return nil, nil }
	}
	return function.NewHandler(function.Config{}, function.Function{
		Name: event.Approve, Log: log, Ledger: log, Logger: slog.New(slog.DiscardHandler), Routes: function.Routes{Facts: facts},
	})
}

// ring posts a fact as the broker does.
func ring(client *http.Client, url string, data []byte) func(context.Context, int) error {
	tenant := uuid.New().String()
	return func(ctx context.Context, _ int) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(data))
		if err != nil {
			return err
		}
		id := uuid.New().String()
		for name, value := range map[string]string{
			"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": id, "ce-source": "/functions/submit",
			"ce-type": string(event.RequestSubmitted{}.EventType()), "ce-subject": id, "ce-tenantid": tenant,
			"ce-time": "2026-01-02T03:04:05Z", "ce-correlationid": id, "ce-causationid": id, "ce-partitionkey": id,
		} {
			r.Header.Set(name, value)
		}
		resp, err := client.Do(r)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		if err := resp.Body.Close(); err != nil {
			return err
		}
		if resp.StatusCode != http.StatusAccepted {
			return fmt.Errorf("answered %s", resp.Status)
		}
		return nil
	}
}
