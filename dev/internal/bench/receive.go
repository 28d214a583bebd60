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
// share the machine. Then it rings so often, with one client in a hundred going
// away in the middle, and counts who of the others got no answer, or a bad one.
func Receive(ctx context.Context, pace Pace, rings int) ([]Row, error) {
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
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: manyConns}, Timeout: 2 * stall}
	data, err := event.Encode(submitted())
	if err != nil {
		return nil, err
	}
	r, err := pace.compare(ctx, manyConns, side{"plain handler", ring(client, plain.URL, data)}, side{"receive", ring(client, served.URL, data)})
	if err != nil {
		return nil, err
	}
	row := Row{
		No: "12", Name: fmt.Sprintf("receive a CloudEvent / plain net/http, %d keep-alive connections", manyConns), Value: ratio(r[1].rates, r[0].rates),
		Unit: "x", Gate: 0.85, Target: 0.95, Note: fmt.Sprintf("%.0f : %.0f /s", Median(r[1].rates), Median(r[0].rates)),
	}
	rows, err := aborted(ctx, served, client, data, rings)
	return append([]Row{row}, rows...), err
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
