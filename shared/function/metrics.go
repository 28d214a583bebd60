package function

import (
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/telemetry"
	"dcm.io/shared/telemetry/metric"
)

// metrics are what a function tells Prometheus while it runs. A process that
// has gone takes its numbers with it; what is owed, web asks the log.
type metrics struct {
	function    string
	registry    metric.Registry
	handling    *metric.Histogram
	unannounced *metric.Counter
	ticks       *metric.Counter
	givenBack   *metric.Counter
	givenUp     *metric.Counter
}

func newMetrics(f event.Function) *metrics {
	m := &metrics{function: string(f)}
	work := []string{"function", "kind", "type", "outcome"}
	m.handling = m.registry.Histogram(telemetry.MetricHandling, "How long commands, facts and timers take, by what became of them.", work...)
	m.unannounced = m.registry.Counter(telemetry.MetricUnannounced, "Facts the broker was not told of; their consumers' ticks find them.", "function")
	m.ticks = m.registry.Counter(telemetry.MetricTicks, "How often the function was asked to take up what it owes.", "function")
	m.givenBack = m.registry.Counter(telemetry.MetricGivenBack, "Work that failed and is tried again.", work...)
	m.givenUp = m.registry.Counter(telemetry.MetricGivenUp, "Work that failed for good: dead letters made.", work...)
	m.unannounced.Add(0, m.function)
	m.ticks.Add(0, m.function)
	return m
}

func (m *metrics) handled(kind, of string, err error, took time.Duration) {
	m.handling.Observe(took, m.function, kind, of, telemetry.Outcome(err))
}

// worked counts work that is done, or failed with err.
func (m *metrics) worked(w eventlog.Work, in event.Envelope, err error, took time.Duration) {
	kind, of := sortOf(w, in)
	m.handled(kind, of, err, took)
}

// gaveBack counts work that failed, with what becomes of it.
func (m *metrics) gaveBack(w eventlog.Work, in event.Envelope, err error, dead bool) {
	kind, of := sortOf(w, in)
	counter := m.givenBack
	if dead {
		counter = m.givenUp
	}
	counter.Add(1, m.function, kind, of, telemetry.Outcome(err))
}

func (m *metrics) notAnnounced() { m.unannounced.Add(1, m.function) }

func (m *metrics) ticked() { m.ticks.Add(1, m.function) }

// sortOf tells work apart as far as the catalogue and the routes do.
func sortOf(w eventlog.Work, in event.Envelope) (kind, of string) {
	if w.IsTimer() {
		return "timer", timerKind(w)
	}
	return "fact", string(in.Type)
}
