package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/telemetry"
	"dcm.io/shared/telemetry/metric"
)

// A debtor tells what is owed, of all functions and tenants together.
type debtor interface {
	Debts(ctx context.Context) ([]pglog.Debt, error)
}

// watch tells of what only a process that is always there can: how the log
// stands as a whole, while the functions that owe the work may be at zero.
func watch(r *metric.Registry, log *pglog.Log, viewers func() int, now func() time.Time) {
	d := newDebts(log, now)
	byFunction := []string{"function"}
	r.Gauges(telemetry.MetricOwed, "Work that is due and not done.", byFunction, d.each(func(d pglog.Debt) float64 { return float64(d.Owed) }))
	r.Gauges(telemetry.MetricOldest, "For how long the oldest of it has been due.", byFunction, d.each(func(d pglog.Debt) float64 { return d.Oldest.Seconds() }))
	r.Gauges(telemetry.MetricDead, "Dead letters: work given up until somebody replays it.", byFunction, d.each(func(d pglog.Debt) float64 { return float64(d.Dead) }))
	r.Gauges(telemetry.MetricUnknownDebts, "1 if the log does not tell what is owed.", nil, d.unknown)
	watchTrees(r, newLag(log, now))
	r.Gauges(telemetry.MetricConnections, "Connections to the database.", []string{"state"}, func(context.Context) []metric.Gauge {
		p := log.Pool()
		return []metric.Gauge{{Values: []string{"busy"}, Value: float64(p.Busy)}, {Values: []string{"idle"}, Value: float64(p.Idle)}}
	})
	r.Gauges(telemetry.MetricConnectionMax, "How many connections there may be.", nil, one(func() float64 { return float64(log.Pool().Max) }))
	r.Count(telemetry.MetricWaits, "Statements that had to wait for a connection.", func() float64 { return float64(log.Pool().Waits) })
	r.Gauges(telemetry.MetricLive, "Live views that are open.", nil, one(func() float64 { return float64(viewers()) }))
}

func one(read func() float64) func(context.Context) []metric.Gauge {
	return func(context.Context) []metric.Gauge { return []metric.Gauge{{Value: read()}} }
}

// debts are what was owed a moment ago.
type debts struct{ *recent[[]pglog.Debt] }

func newDebts(log debtor, now func() time.Time) debts {
	return debts{&recent[[]pglog.Debt]{ask: log.Debts, now: now, warn: func(ctx context.Context, err error) {
		slog.WarnContext(ctx, "cannot tell what is owed", "error", err.Error())
	}}}
}

// debtors are the functions that can owe work; one that owes none is told of
// too, so that nobody takes silence for zero.
var debtors = []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.AuditExport}

// each makes a gauge for every function.
func (d debts) each(value func(pglog.Debt) float64) func(context.Context) []metric.Gauge {
	return func(ctx context.Context) []metric.Gauge {
		found, err := d.get(ctx)
		if err != nil {
			return nil // a number from before would be a lie
		}
		var all []metric.Gauge
		for _, f := range debtors {
			debt := pglog.Debt{Function: f}
			if i := slices.IndexFunc(found, func(d pglog.Debt) bool { return d.Function == f }); i >= 0 {
				debt = found[i]
			}
			all = append(all, metric.Gauge{Values: []string{string(f)}, Value: value(debt)})
		}
		return all
	}
}

func (d debts) unknown(ctx context.Context) []metric.Gauge {
	if _, err := d.get(ctx); err != nil {
		return []metric.Gauge{{Value: 1}}
	}
	return []metric.Gauge{{Value: 0}}
}
