package logchaos

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// What sameID does.
const (
	redelivered  = "redeliveries"
	refusedReuse = "other bodies refused"
)

// sameID brings each of many commands eight times at once, to two processes, then
// once more when others have appended behind it, then with another content.
func sameID(ctx context.Context, c *scene) error {
	ids := 1500
	if c.quick {
		ids = 150
	}
	one, err := c.open(ctx, event.Submit, 4)
	if err != nil {
		return err
	}
	two, err := c.open(ctx, event.Submit, 4)
	if err != nil {
		return err
	}
	queue := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range queue {
				if err := c.deliverOften(ctx, n, one, two); err != nil {
					c.violate(checker.U9, "command %d: %v", n, err)
				}
			}
		})
	}
	for n := range ids {
		queue <- n
	}
	close(queue)
	wg.Wait()
	return nil
}

func (c *scene) deliverOften(ctx context.Context, n int, logs ...eventlog.Log) error {
	t := c.tenants[n%len(c.tenants)]
	key := eventlog.Key{Tenant: t.id, Stream: uuid.New()}
	f := submission(t, key.Stream)
	cause, err := causeOf(fmt.Sprint("same-", n), f, time.Now())
	if err != nil {
		return err
	}
	if err := c.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: key.Tenant, Stream: key.Stream, Cause: cause.ID, Digest: cause.Digest}); err != nil {
		return err
	}
	r := eventlog.Record{Key: key, Cause: cause, Facts: []event.Fact{f}}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { c.deliver(ctx, logs[i%len(logs)], r, i%4 < 2) })
	}
	wg.Wait()
	// Whoever redelivers later finds the stream longer: the same facts all the same,
	// also where no row of the read model would be in the way.
	denied, err := c.deny(ctx, logs[n%len(logs)], key, cause.ID)
	if err != nil {
		return err
	}
	for _, again := range []eventlog.Record{r, denied} {
		for _, l := range logs {
			stream, err := l.Read(ctx, key)
			if err != nil {
				return err
			}
			again.Expect = eventlog.HeadOf(stream)
			c.deliver(ctx, l, again, false)
		}
	}
	return c.reuse(ctx, logs[n%len(logs)], key, t, cause)
}

// deliver appends the record as it is, or decides it afresh, and expects what any
// other delivery gets.
func (c *scene) deliver(ctx context.Context, l eventlog.Log, r eventlog.Record, afresh bool) {
	began := time.Now()
	var recorded []event.Envelope
	var err error
	if afresh {
		recorded, err = recording.Step(ctx, l, r.Key, r.Cause, nil, r.Facts[0])
	} else {
		recorded, err = l.Append(ctx, r)
	}
	c.tried(r.Key.Tenant, began, err)
	c.tally.Add(redelivered, 1)
	switch {
	case errors.Is(err, eventlog.ErrConflict):
		c.violate(checker.U9, "a false conflict: %q had been recorded before", r.Cause.ID)
	case err != nil:
		c.violate(checker.U9, "%q: %v", r.Cause.ID, err)
	default:
		if err := c.acknowledge(r.Key, r.Cause.ID, recorded); err != nil {
			c.violate(checker.U9, "%v", err)
		}
	}
}

// deny appends a fact that nobody is owed and no screen shows.
func (c *scene) deny(ctx context.Context, l eventlog.Log, key eventlog.Key, after string) (eventlog.Record, error) {
	f := event.AccessDenied{Action: "request.decide", Resource: key.Stream, Reason: "own_request", Function: "submit"}
	cause, err := causeOf(after+"-denied", f, time.Now())
	if err != nil {
		return eventlog.Record{}, err
	}
	r := eventlog.Record{Key: key, Cause: cause, Facts: []event.Fact{f}}
	if err := c.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: key.Tenant, Stream: key.Stream, Cause: cause.ID, Digest: cause.Digest}); err != nil {
		return r, err
	}
	recorded, err := recording.Step(ctx, l, key, cause, nil, f)
	if err != nil {
		return r, err
	}
	return r, c.acknowledge(key, cause.ID, recorded)
}

// reuse brings the command's id with another content.
func (c *scene) reuse(ctx context.Context, l eventlog.Log, key eventlog.Key, t tenant, first eventlog.Cause) error {
	f := submission(t, key.Stream)
	f.Size = "XL"
	cause, err := causeOf(first.ID, f, time.Now())
	if err != nil {
		return err
	}
	_, err = l.Append(ctx, eventlog.Record{Key: key, Cause: cause, Facts: []event.Fact{f}})
	if !errors.Is(err, eventlog.ErrReused) {
		c.violate(checker.U2, "%q was taken with another content: %v", first.ID, err)
		return nil
	}
	c.tally.Add(refusedReuse, 1)
	return nil
}
