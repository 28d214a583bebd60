package telemetry

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"dcm.io/shared/telemetry/otlp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// A Config says where spans are sent, in the standard's variables; those that
// are not here the SDK reads itself.
type Config struct {
	Endpoint      string `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`        // nothing is sent without it
	Traces        string `env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"` // the whole address, instead
	Headers       string `env:"OTEL_EXPORTER_OTLP_HEADERS"`         // name=value, with commas between
	TracesHeaders string `env:"OTEL_EXPORTER_OTLP_TRACES_HEADERS"`
	Timeout       int    `env:"OTEL_EXPORTER_OTLP_TIMEOUT, default=10000"` // milliseconds
	// Delay is how long a span waits for others, in milliseconds: shorter than
	// the standard has it, because a process may be gone any moment.
	Delay    int  `env:"OTEL_BSP_SCHEDULE_DELAY, default=1000"`
	Disabled bool `env:"OTEL_SDK_DISABLED"`
}

// address is where spans are posted; empty if nobody wants them.
func (c Config) address() string {
	switch {
	case c.Disabled:
		return ""
	case c.Traces != "":
		return c.Traces
	case c.Endpoint != "":
		return strings.TrimSuffix(c.Endpoint, "/") + "/v1/traces"
	}
	return ""
}

// headers are what the receiver wants with every request, such as a key.
func (c Config) headers() map[string]string {
	text := c.Headers
	if c.TracesHeaders != "" {
		text = c.TracesHeaders
	}
	all := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		all[strings.TrimSpace(name)] = value
	}
	return all
}

// Open lets the process called name make spans, if they are wanted. Close sends
// those that wait; call it when nothing runs any more.
func Open(c Config, name string) (closed func(context.Context) error) {
	address := c.address()
	if address == "" {
		return func(context.Context) error { return nil }
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("spans are lost", "error", err.Error()) }))
	exporter := otlp.New(address, c.headers(), time.Duration(c.Timeout)*time.Millisecond)
	own := resource.NewSchemaless(attribute.String("service.namespace", "dcm"), attribute.String("service.name", name))
	about, err := resource.Merge(own, resource.Environment()) // which has the last word
	if err != nil {
		about = own
	}
	return Use(sdk.WithResource(about), sdk.WithBatcher(exporter, sdk.WithBatchTimeout(time.Duration(c.Delay)*time.Millisecond)))
}

// Use makes spans as the options say, until the process ends. Tests keep them in
// memory.
func Use(options ...sdk.TracerProviderOption) (closed func(context.Context) error) {
	provider := sdk.NewTracerProvider(append(options, sdk.WithIDGenerator(ids{}))...)
	t := provider.Tracer("dcm.io")
	tracer.Store(&t)
	return provider.Shutdown
}
