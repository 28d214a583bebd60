package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dcm.io/dev/internal/bench/peer"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Append compares recording one command (its fact, the work that two functions
// owe for it, and the read model, under row-level security) with what is less:
// a bare insert of one row, message-db's write_message, River's Insert; and with
// the same rows written a round trip each. All carry the same bytes. It is judged
// on 32 connections.
func Append(ctx context.Context, d Database, modules string, pace Pace, conns ...int) ([]Row, error) {
	w, err := openWriters(ctx, d, modules, conns[len(conns)-1])
	if err != nil {
		return nil, err
	}
	defer w.Close()
	var rows []Row
	for _, c := range conns {
		more, err := w.compare(ctx, pace, c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func (w *writers) compare(ctx context.Context, pace Pace, conns int) ([]Row, error) {
	r, err := pace.compare(ctx, conns,
		side{"bare insert", w.bare}, side{"append", w.command}, side{"7 round trips", w.roundTrips},
		side{"append of one fact", w.oneFact}, side{"message-db", w.messageDB}, side{"River", w.river})
	if err != nil {
		return nil, err
	}
	bare, ours, orm, fact, messages, jobs := r[0], r[1], r[2], r[3], r[4], r[5]
	row := func(no, what string, of result, peer string, to result, gate, target float64) Row {
		return judgedAt(conns, Row{
			No: no, Name: fmt.Sprintf("%s / %s, %d connections", what, peer, conns), Value: ratio(of.rates, to.rates), Unit: "x",
			Gate: gate, Target: target, Note: fmt.Sprintf("%.0f : %.0f /s", Median(of.rates), Median(to.rates)),
		})
	}
	const command, single = "append of one command", "append of one fact, nothing else"
	return []Row{
		{Name: fmt.Sprintf("bare insert, p50, %d connections", conns), Value: Median(bare.p50), Unit: "ms", Note: "what a commit takes here; where that is little, the ratios below are of CPU time"},
		row("1", command, ours, "bare insert", bare, 0.40, 0.55),
		row("2", command, ours, "the same rows in 7 round trips", orm, 1.8, 2.5),
		row("3", command, ours, "message-db write_message", messages, 5, 10),
		row("3", single, fact, "message-db write_message", messages, 5, 10),
		row("4", command, ours, "River Insert", jobs, 1.2, 2),
		row("4", single, fact, "River Insert", jobs, 1.2, 2),
		judgedAt(conns, Row{
			No: "6", Name: fmt.Sprintf("append p99 / bare insert p99, %d connections", conns), Value: ratio(ours.p99, bare.p99), Unit: "x",
			Gate: 2, Target: 1.5, Lower: true, Note: fmt.Sprintf("%.1f : %.1f ms", Median(ours.p99), Median(bare.p99)),
		}),
	}, nil
}

// judgedAt leaves a row its gate at the load at which it counts.
func judgedAt(conns int, r Row) Row {
	if conns != manyConns {
		r.Gate, r.Target = 0, 0
	}
	return r
}

// Batch compares recording a hundred facts at once with recording them one by
// one, and with a hundred messages and jobs at once. A command may record many
// facts, of one stream: the log has no other way to take many.
func Batch(ctx context.Context, d Database, modules string, pace Pace, conns int) ([]Row, error) {
	w, err := openWriters(ctx, d, modules, conns)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	r, err := pace.compare(ctx, conns,
		side{"append of one fact", w.oneFact}, side{"append of many facts", w.manyFacts},
		side{"message-db, many", func(ctx context.Context, _ int) error { return w.store.WriteMany(ctx, w.message, many) }},
		side{"River, many", func(ctx context.Context, _ int) error { return w.queue.InsertMany(ctx, w.job, many) }})
	if err != nil {
		return nil, err
	}
	single, ours, messages, jobs := r[0], r[1], r[2], r[3]
	row := func(peer string, to result, times, gate, target float64) Row {
		return Row{
			No: "5", Name: fmt.Sprintf("one command of %d facts / %s, %d connections", many, peer, conns),
			Value: ratio(ours.rates, to.rates) * times, Unit: "x", Gate: gate, Target: target,
			Note: fmt.Sprintf("%.0f : %.0f /s", Median(ours.rates)*many, Median(to.rates)*many/times),
		}
	}
	return []Row{
		row("commands of one fact", single, many, 8, 12),
		row("message-db, 100 messages in one transaction", messages, 1, 0, 0),
		row("River InsertManyFast of 100", jobs, 1, 0, 0),
	}, nil
}

// many is how many facts, messages or jobs are written at once.
const many = 100

// writers are everybody who writes, on one database.
type writers struct {
	admin, app *pgxpool.Pool // the superuser's and submit's
	log        *pglog.Log
	store      *peer.MessageDB
	queue      *peer.River

	tenant  uuid.UUID
	data    []byte // of the command's fact, for the others to carry
	refusal event.AccessDenied
	message peer.Message
	job     peer.Job
}

func openWriters(ctx context.Context, d Database, modules string, conns int) (w *writers, err error) {
	w = &writers{tenant: uuid.New()}
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	if w.data, err = event.Encode(submitted()); err != nil {
		return w, err
	}
	if w.refusal, err = asLongAs(w.data); err != nil {
		return w, err
	}
	w.message = peer.Message{Type: string(event.RequestSubmitted{}.EventType()), Data: w.data, Metadata: metadata(w.tenant)}
	w.job = peer.Job{Data: string(w.data)}
	if w.admin, err = peer.Pool(ctx, d.Admin, conns, nil); err != nil {
		return w, err
	}
	if w.app, err = peer.Pool(ctx, d.As(event.Submit), conns, nil); err != nil {
		return w, err
	}
	if w.log, err = d.log(ctx, event.Submit, conns); err != nil {
		return w, err
	}
	if w.store, err = peer.OpenMessageDB(ctx, d.Admin, modules, conns); err != nil {
		return w, err
	}
	if w.queue, err = peer.OpenRiver(ctx, d.Admin, conns); err != nil {
		return w, err
	}
	_, err = w.admin.Exec(ctx, `create table public.bench_raw (id uuid primary key, data bytea not null)`)
	return w, err
}

// Close ends all connections.
func (w *writers) Close() {
	if w.queue != nil {
		w.queue.Close()
	}
	if w.store != nil {
		w.store.Close()
	}
	if w.log != nil {
		w.log.Close()
	}
	for _, p := range []*pgxpool.Pool{w.app, w.admin} {
		if p != nil {
			p.Close()
		}
	}
}

func (w *writers) bare(ctx context.Context, _ int) error {
	_, err := w.admin.Exec(ctx, `insert into public.bench_raw (id, data) values ($1, $2)`, uuid.New(), w.data)
	return err
}

func (w *writers) command(ctx context.Context, _ int) error {
	return w.append(ctx, submitted())
}

// oneFact records what nobody is owed and no screen shows: that is one row.
func (w *writers) oneFact(ctx context.Context, _ int) error {
	return w.append(ctx, w.refusal)
}

func (w *writers) manyFacts(ctx context.Context, _ int) error {
	facts := make([]event.Fact, many)
	for i := range facts {
		facts[i] = w.refusal
	}
	return w.append(ctx, facts...)
}

func (w *writers) append(ctx context.Context, facts ...event.Fact) error {
	_, err := w.log.Append(ctx, commandOf(w.tenant, facts...))
	return err
}

func (w *writers) messageDB(ctx context.Context, _ int) error { return w.store.Write(ctx, w.message) }

func (w *writers) river(ctx context.Context, _ int) error { return w.queue.Insert(ctx, w.job) }

// commandOf begins a stream with facts.
func commandOf(tenant uuid.UUID, facts ...event.Fact) eventlog.Record {
	id := uuid.New()
	return eventlog.Record{
		Key: eventlog.Key{Tenant: tenant, Stream: id}, Facts: facts,
		Cause: eventlog.Cause{ID: id.String(), CorrelationID: id.String(), Actor: event.Person(id), By: event.Submit, At: time.Now(), TraceParent: traceParent},
	}
}

const traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// metadata is what message-db is told beside a message, as a fact has it in columns.
func metadata(tenant uuid.UUID) []byte {
	id := uuid.New()
	return fmt.Appendf(nil, `{"tenant":%q,"source":"/functions/submit","actor":"person:%s","causationMessageStreamName":%q,"correlationStreamName":"request-%s","traceparent":%q}`,
		tenant, id, id, id, traceParent)
}

// asLongAs makes a fact that nobody is owed as long as data, so that both cost
// the same to carry.
func asLongAs(data []byte) (event.AccessDenied, error) {
	f := event.AccessDenied{Action: "request.decide", Resource: uuid.New(), Function: string(event.Submit)}
	short, err := event.Encode(f)
	f.Reason = strings.Repeat("x", max(len(data)-len(short), 0))
	return f, err
}

func submitted() event.RequestSubmitted {
	person := uuid.New()
	return event.RequestSubmitted{
		Requester: person, Project: "Bench", Name: "bench-1", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8,
		DiskGiB: 100, Network: "prod", LeaseDays: 30, MonthlyCents: 7200, Currency: "EUR", Connection: person,
		Justification: event.Sealed{Person: person, Box: make([]byte, 96)},
	}
}
