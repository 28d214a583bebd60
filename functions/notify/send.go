package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/functions/notify/internal/message"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// concluding records how a mail ended, once.
var concluding = decider.Decider[message.State, message.Settle]{
	Evolve: message.Evolve,
	Decide: func(s message.State, c message.Settle) (decider.Outcome, error) {
		return decider.Facts(message.Conclude(s, c)...), nil
	},
}

// onMail sends one mail and records that it is sent, or that it never will be.
// While the mail server is away the timer is given back, as often as it takes.
//
// A mail is sent twice only if the process dies, or the database stays away,
// between the server's answer and the record of it; the second has the same
// Message-ID, by which mailboxes drop it.
func (n *notifier) onMail(ctx context.Context, w eventlog.Work) ([]event.Envelope, error) {
	id, err := uuid.Parse(strings.TrimPrefix(w.Kind, mailTimer+":"))
	if err != nil {
		return nil, fault.New(fault.Invalid, "bad_timer", "the timer names no notification").Because(err)
	}
	stream, err := n.log.Read(ctx, w.Key)
	if err != nil {
		return nil, err
	}
	state := concluding.Fold(stream)
	told, settled, ok := state.Find(id)
	if !ok || settled {
		return nil, nil
	}
	ending, err := n.deliver(ctx, w.Key, state, told)
	if errors.Is(err, mail.ErrDeferred) {
		return nil, n.putOff(ctx, w, told, err)
	}
	if err != nil {
		return nil, err
	}
	return n.conclude(ctx, w, stream, message.Settle{Told: told, Fact: ending})
}

// deliver sends the mail if it should be, and says how that ended; an error
// means that it has not ended.
func (n *notifier) deliver(ctx context.Context, key eventlog.Key, s message.State, t message.Told) (event.Fact, error) {
	letter, err := n.compose(ctx, key, s, t)
	if err == nil {
		// From here on nobody hanging up may stop us halfway.
		err = n.post.Send(context.WithoutCancel(ctx), letter)
	}
	var f *fault.Error
	switch {
	case err == nil:
		return t.Sent(n.post.MessageID(t.ID)), nil
	case errors.As(err, &f) && f.Kind == fault.Invalid:
		return t.Failed(f.Code), nil
	case errors.Is(err, mail.ErrDeferred) && t.GivesUp(n.now()):
		return t.Failed(message.Undeliverable), nil
	default:
		return nil, fmt.Errorf("send %s: %w", t.Kind, err)
	}
}

// putOff sets the timer of a mail that the server does not want now, later each
// time. What is the matter with one recipient is no failure of ours.
func (n *notifier) putOff(ctx context.Context, w eventlog.Work, t message.Told, why error) error {
	again := t.Again(n.now())
	n.logger.InfoContext(ctx, "mail put off", "notification", t.ID.String(), "again_at", again, "error", why.Error())
	_, err := n.log.Append(ctx, eventlog.Record{
		Key: w.Key, Cause: function.BecauseOf(w, nil, n.now()), Timers: []eventlog.Timer{{Kind: w.Kind, Due: again}},
	})
	return err
}

// recordLimit is how long recording is insisted on after the mail has left: what
// is lost here is sent again.
const recordLimit = 8 * time.Second

// conclude records the end and settles the timer, through conflicts and hiccups
// of the database.
func (n *notifier) conclude(ctx context.Context, w eventlog.Work, stream []event.Envelope, c message.Settle) ([]event.Envelope, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
	defer cancel()
	cause := function.BecauseOf(w, stream, n.now())
	for wait := 20 * time.Millisecond; ; wait *= 2 {
		recorded, err := concluding.Step(ctx, n.log, w.Key, cause, &w, c)
		if k := fault.KindOf(err); err == nil || (k != fault.Conflict && k != fault.Transient) {
			return recorded, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
}
