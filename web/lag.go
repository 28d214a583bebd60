package main

import (
	"context"
	"log/slog"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/telemetry"
	"dcm.io/shared/telemetry/metric"
)

// A laggard tells how far the history trees are behind the log.
type laggard interface {
	Lag(ctx context.Context) (pglog.Lag, error)
}

// watchTrees tells how far what is signed is behind what is recorded.
func watchTrees(r *metric.Registry, g lag) {
	r.Gauges(telemetry.MetricUnsequenced, "Facts that are in no history tree yet.", nil, g.gauge(func(l pglog.Lag) float64 { return float64(l.Unsequenced) }))
	r.Gauges(telemetry.MetricUnsigned, "For how long the oldest fact has stood that no checkpoint covers.", nil, g.gauge(func(l pglog.Lag) float64 { return l.Oldest.Seconds() }))
	r.Gauges(telemetry.MetricCheckpoint, "Age of the newest checkpoint.", nil, g.gauge(func(l pglog.Lag) float64 { return l.Newest.Seconds() }))
	r.Gauges(telemetry.MetricMoved, "History trees that stand still until somebody accepts that the database was moved.", nil, g.gauge(func(l pglog.Lag) float64 { return float64(l.Moved) }))
}

// lag is how far the trees were behind a moment ago.
type lag struct{ *recent[pglog.Lag] }

func newLag(log laggard, now func() time.Time) lag {
	return lag{&recent[pglog.Lag]{ask: log.Lag, now: now, warn: func(ctx context.Context, err error) {
		slog.WarnContext(ctx, "cannot tell how far the history trees are", "error", err.Error())
	}}}
}

func (g lag) gauge(value func(pglog.Lag) float64) func(context.Context) []metric.Gauge {
	return func(ctx context.Context) []metric.Gauge {
		found, err := g.get(ctx)
		if err != nil {
			return nil // a number from before would be a lie
		}
		return []metric.Gauge{{Value: value(found)}}
	}
}
