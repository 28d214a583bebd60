package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// asked is a bundle in which jana has asked and anna and carla may decide.
func asked(t *testing.T, wrap func(eventlog.Log) eventlog.Log) (b *bundle, jana, anna uuid.UUID) {
	t.Helper()
	b = setup(t, wrap)
	jana = b.knows(b.key.Tenant, "Jana Vogel", "jana@acme.test", "de", "user")
	anna = b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "de", "approver")
	b.knows(b.key.Tenant, "Carla Chef", "carla@acme.test", "de", "tenant_admin")
	return b, jana, anna
}

func TestMailServerAway(t *testing.T) {
	t.Parallel()
	b, jana, _ := asked(t, nil)
	b.post.refuse = func(mail.Letter) error { return mail.ErrUnavailable }
	b.request(jana)
	b.ring(b.opens())
	wants(t, "it is in the inboxes all the same", b.recorded(), map[string]int{"queued request_submitted": 1, "queued decision_needed": 2})
	for range 100 {
		b.tick(time.Minute)
	}
	b.owes(3)
	b.post.refuse = nil
	for range 3 {
		b.tick(time.Minute)
	}
	b.owes(0)
	wants(t, "exactly one each", b.post.sent(), []string{
		"anna@acme.test: Ihre Entscheidung, bitte: web-01 für Jana Vogel",
		"carla@acme.test: Ihre Entscheidung, bitte: web-01 für Jana Vogel",
		"jana@acme.test: Ihr Antrag ist angekommen: web-01",
	})
}

// faulty is a log whose appends of sent mails fail as told.
type faulty struct {
	eventlog.Log
	fail func() error
}

func (l *faulty) Append(ctx context.Context, r eventlog.Record) ([]event.Envelope, error) {
	if len(r.Facts) == 1 && r.Facts[0].EventType() == (event.NotificationSent{}).EventType() {
		if err := l.fail(); err != nil {
			return nil, err
		}
	}
	return l.Log.Append(ctx, r)
}

// times is fails n times with err.
func times(n int, err error) func() error {
	return func() error {
		if n--; n >= 0 {
			return err
		}
		return nil
	}
}

func TestCrashBeforeRecording(t *testing.T) {
	t.Parallel()
	b, jana, _ := asked(t, func(l eventlog.Log) eventlog.Log { return &faulty{l, times(1, errors.New("crash"))} })
	b.request(jana)
	b.owes(1)
	b.tick(time.Minute)
	b.owes(0)
	if len(b.post.letters) != 2 {
		t.Fatalf("%d letters, want the second after the crash", len(b.post.letters))
	}
	if b.post.letters[0] != b.post.letters[1] {
		t.Errorf("the second is not the same to the mailbox:\n%+v\n%+v", b.post.letters[0], b.post.letters[1])
	}
	wants(t, "it is recorded once", b.recorded(), map[string]int{"queued request_submitted": 1, "sent request_submitted": 1})
}

func TestRecordingIsInsistedOn(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"Conflict":     eventlog.ErrConflict,
		"DatabaseAway": fault.New(fault.Transient, "database_unavailable", "away"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, jana, _ := asked(t, func(l eventlog.Log) eventlog.Log { return &faulty{l, times(6, err)} })
			b.request(jana)
			b.owes(0)
			wants(t, "the mail has left, so it is not sent again", b.post.sent(), []string{"jana@acme.test: Ihr Antrag ist angekommen: web-01"})
		})
	}
}

func TestNeverSent(t *testing.T) {
	t.Parallel()
	away := func(mail.Letter) error { return mail.ErrUnavailable }
	cases := map[string]struct {
		reason string
		given  func(b *bundle, anna uuid.UUID)
		then   func(b *bundle, anna uuid.UUID) // before the mail server is back
		code   string
	}{
		"NoAddress": {"without an address there is the inbox", func(b *bundle, anna uuid.UUID) {
			forget(b, anna)
			b.knows(b.key.Tenant, "Anna Berg", "", "de", "approver")
		}, nil, "no_address"},
		"BadAddress":  {"what is no address is not offered to the server", func(b *bundle, _ uuid.UUID) { b.post.refuse = only(mail.ErrBadAddress) }, nil, "bad_address"},
		"Refused":     {"the server does not take mail for her", func(b *bundle, _ uuid.UUID) { b.post.refuse = only(mail.ErrRecipientRefused) }, nil, "recipient_refused"},
		"SpamRefused": {"the server does not take this letter", func(b *bundle, _ uuid.UUID) { b.post.refuse = only(mail.ErrMessageRefused) }, nil, "message_refused"},
		"Erased":      {"her key is gone, and her address with it", func(b *bundle, _ uuid.UUID) { b.post.refuse = away }, func(b *bundle, anna uuid.UUID) { b.log.Erase(b.key.Tenant, anna) }, "erased"},
		"Unknown":     {"the directory does not know her any more", func(b *bundle, _ uuid.UUID) { b.post.refuse = away }, forget, "unknown_recipient"},
		"RoleLost": {"she may not read about others' requests any more", func(b *bundle, _ uuid.UUID) { b.post.refuse = away }, func(b *bundle, anna uuid.UUID) {
			forget(b, anna)
			b.knows(b.key.Tenant, "Anna Berg", "anna@acme.test", "de", "user")
		}, "not_entitled"},
		"Superseded": {"somebody has decided", func(b *bundle, _ uuid.UUID) { b.post.refuse = away }, func(b *bundle, _ uuid.UUID) {
			b.happens(event.ApprovalGranted{Automatic: true})
		}, "superseded"},
		"PutOffTooLong": {"her server puts it off for days", func(b *bundle, _ uuid.UUID) { b.post.refuse = only(mail.ErrDeferred) }, func(b *bundle, _ uuid.UUID) {
			for range 5*24 + 1 {
				b.tick(time.Hour)
			}
		}, "undeliverable"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, jana, anna := asked(t, nil)
			b.request(jana)
			c.given(b, anna)
			b.ring(b.opens())
			if c.then != nil {
				c.then(b, anna)
				b.post.refuse = nil
				b.tick(time.Hour)
			}
			b.tick(time.Hour)
			b.owes(0)
			if got := b.recorded()["failed decision_needed "+c.code]; got == 0 {
				t.Errorf("%s: want it to fail with %s, got %v", c.reason, c.code, b.recorded())
			}
			if slices.ContainsFunc(b.post.sent(), func(s string) bool { return strings.HasPrefix(s, "anna@") && strings.Contains(s, "Entscheidung") }) {
				t.Errorf("%s: but it was sent", c.reason)
			}
		})
	}
}

// only refuses anna's letters.
func only(err error) func(mail.Letter) error {
	return func(l mail.Letter) error {
		if l.Address == "anna@acme.test" {
			return err
		}
		return nil
	}
}

func forget(b *bundle, id uuid.UUID) {
	for i, p := range b.people[b.key.Tenant] {
		if p.ID == id {
			b.people[b.key.Tenant] = slices.Delete(slices.Clone(b.people[b.key.Tenant]), i, i+1)
			return
		}
	}
}

func TestOneRecipientHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	b, jana, _ := asked(t, nil)
	b.post.refuse = only(mail.ErrDeferred)
	b.request(jana)
	b.ring(b.opens())
	b.owes(1)
	wants(t, "carla has hers at once", b.post.sent(), []string{
		"carla@acme.test: Ihre Entscheidung, bitte: web-01 für Jana Vogel",
		"jana@acme.test: Ihr Antrag ist angekommen: web-01",
	})
	b.post.refuse = nil
	b.tick(59 * time.Second)
	b.owes(1)
	b.tick(time.Second)
	b.owes(0)
}

func TestErasedRequester(t *testing.T) {
	t.Parallel()
	b, jana, _ := asked(t, nil)
	b.request(jana)
	b.log.Erase(b.key.Tenant, jana)
	b.ring(b.opens())
	b.owes(0)
	got := b.post.last()
	if got.Subject != "Ihre Entscheidung, bitte: web-01 für eine gelöschte Person" || strings.Contains(got.Text, "Shop\n") {
		t.Errorf("%s\n%s", got.Subject, got.Text)
	}
}

func TestNothingPersonalIsLoggedOrKept(t *testing.T) {
	t.Parallel()
	b, jana, _ := asked(t, nil)
	b.post.refuse = func(mail.Letter) error { return mail.ErrUnavailable }
	b.request(jana)
	b.ring(b.opens())
	said := b.lines.String()
	for _, d := range b.log.Debts(event.Notify) {
		said += d.Reason
	}
	for _, e := range b.log.Facts(b.key.Tenant) {
		said += string(e.Data)
	}
	for _, personal := range []string{"Jana", "Vogel", "Anna", "acme.test", "Für den Shop"} {
		if strings.Contains(said, personal) {
			t.Errorf("%q is in what was logged or recorded", personal)
		}
	}
}
