// Package otlp sends spans by OTLP over HTTP, in JSON. It is what is needed of
// the protocol and no more: the stock exporter links gRPC and Protocol Buffers
// into every function; docs/decisions/0010 has the figures.
package otlp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// An Exporter posts spans to a collector. It implements the SDK's SpanExporter
// and is safe for concurrent use.
type Exporter struct {
	address string
	headers map[string]string
	client  *http.Client
}

// How a collector that is busy is asked again; spans are not worth more.
const (
	attempts  = 3
	firstWait = 100 * time.Millisecond
)

// New makes an exporter that posts to address, each attempt within timeout.
func New(address string, headers map[string]string, timeout time.Duration) *Exporter {
	return &Exporter{address: address, headers: headers, client: &http.Client{Timeout: timeout}}
}

// ExportSpans sends spans. What the collector does not take is lost.
func (e *Exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(requestOf(spans))
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	wait := firstWait
	for attempt := 1; ; attempt++ {
		again, err := e.post(ctx, body)
		if err == nil || !again || attempt == attempts {
			return err
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return err
		}
	}
}

// Shutdown has nothing to do: nothing is kept here.
func (e *Exporter) Shutdown(context.Context) error { return nil }

// post reports whether what went wrong may be right the next time.
func (e *Exporter) post(ctx context.Context, body []byte) (again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("address the collector: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	for name, value := range e.headers {
		r.Header.Set(name, value)
	}
	resp, err := e.client.Do(r)
	if err != nil {
		return true, fmt.Errorf("reach the collector: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // so that the connection is kept
	switch resp.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		again = true
	}
	return again, fmt.Errorf("the collector answered %s", resp.Status)
}
