package logchaos

import (
	"context"
	"net/http"
	"strings"
	"time"

	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// What poison does.
const (
	panicked      = "panics"
	deadLetters   = "dead letters"
	replayed      = "replayed"
	refusedBodies = "poisonous bodies refused"
)

// poison is facts that make a consumer panic whenever it looks at them, and bodies
// that no event may have. Neither is in the way of anything else; what was given
// up is kept with its reason, and done once somebody has mended the consumer and
// replays it.
func poison(ctx context.Context, c *scene) error {
	const bad = 5
	c.crew.setPoison(func(e event.Envelope) {
		if s, ok := e.Fact.(event.RequestSubmitted); ok && strings.HasSuffix(s.Name, "-poison") {
			c.tally.Add(panicked, 1)
			panic("poison: " + s.Name)
		}
	})
	return c.beside(ctx, nil, func() error {
		for range bad {
			if err := c.submitPoison(ctx); err != nil {
				return err
			}
		}
		c.postBodies(ctx)
		dead := 0
		for until := time.Now().Add(20 * time.Second); dead < 2*bad && time.Now().Before(until); {
			if err := c.exec(ctx, elapse); err != nil { // the waits between attempts
				return err
			}
			c.crew.tickAll(ctx)
			n, err := c.count(ctx, `select count(*) from dcm.work where dead and last_error like 'panic: poison%'`)
			if err != nil {
				return err
			}
			dead = n
		}
		c.tally.Add(deadLetters, dead)
		if dead != 2*bad { // approve and notify are owed them
			c.violate(checker.U5, "%d of %d pieces of poison ended as dead letters", dead, 2*bad)
		}
		c.crew.setPoison(nil)
		return c.replayAll(ctx)
	})
}

// submitPoison records a request whose fact is poison to its consumers.
func (c *scene) submitPoison(ctx context.Context) error {
	conn, err := c.connect(ctx, event.Submit)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	t, stream := c.tenants[0], uuid.New()
	f := submission(t, stream)
	f.Name += "-poison"
	data, err := event.Encode(f)
	if err != nil {
		return err
	}
	return c.record(ctx, conn, t, stream, "poison-"+stream.String(), string(f.EventType()), data, projected(f))
}

// postBodies brings every member bodies and headers that are poison to a reader.
func (c *scene) postBodies(ctx context.Context) {
	for _, f := range members {
		for _, p := range []struct {
			headers map[string]string
			body    string
		}{
			{map[string]string{"Content-Type": "application/cloudevents+json"}, strings.Repeat("[", 1<<20)},
			{map[string]string{"Content-Type": "application/cloudevents+json"}, strings.Repeat(`{"data":`, 100_000)},
			{map[string]string{"ce-id": "x", "ce-type": "io.dcm.request.submitted.v1"}, "{\"name\":\"\xff\xfe\"}"},
			{map[string]string{"ce-id": uuid.NewString(), "ce-type": "io.dcm.request.submitted.v99", "ce-tenantid": c.tenants[0].id.String()}, "{}"},
			{map[string]string{"ce-id": uuid.NewString(), "ce-type": "io.dcm.request.submitted.v1", "ce-tenantid": "' or true --"}, "{}"},
			{map[string]string{"ce-id": uuid.NewString(), "ce-type": "io.dcm.request.submitted.v1"}, strings.Repeat("x", 2<<20)},
		} {
			status := c.crew.post(ctx, f, p.headers, p.body)
			if status < 400 || status >= 500 || status == http.StatusNotFound || status == http.StatusConflict {
				c.violate(checker.U9, "%s answered %d to a body that no event may have: the broker would bring it for ever", f, status)
				continue
			}
			c.tally.Add(refusedBodies, 1)
		}
	}
}

// replayAll makes every dead letter owed again, as dcmctl does.
func (c *scene) replayAll(ctx context.Context) error {
	log, err := c.open(ctx, event.Operator, 1)
	if err != nil {
		return err
	}
	dead, err := log.DeadLetters(ctx, 100)
	if err != nil {
		return err
	}
	for _, d := range dead {
		if err := c.replay(ctx, log, d); err != nil {
			return err
		}
		c.tally.Add(replayed, 1)
	}
	return nil
}

// replay makes one dead letter owed again, which is asked for and promised as
// anything else.
func (c *scene) replay(ctx context.Context, log *pglog.Log, d pglog.DeadLetter) error {
	f := event.WorkReopened{Function: string(d.Function), Stream: d.Key.Stream, Fact: d.Fact, Timer: d.Kind, Attempts: d.Attempt, Reason: d.Reason}
	key := eventlog.Key{Tenant: d.Key.Tenant, Stream: event.WorkStream(d.Key.Tenant, d.Function, d.Key.Stream, d.Fact, d.Kind)}
	cause, err := causeOf("replay "+key.Stream.String(), f, time.Now())
	if err != nil {
		return err
	}
	cause.By, cause.Actor = event.Operator, event.By(event.Operator)
	if err := c.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: key.Tenant, Stream: key.Stream, Cause: cause.ID, Digest: cause.Digest}); err != nil {
		return err
	}
	recorded, err := log.Append(ctx, eventlog.Record{Key: key, Facts: []event.Fact{f}, Replays: &d.Work, Cause: cause})
	if err != nil {
		return err
	}
	return c.acknowledge(key, cause.ID, recorded)
}
