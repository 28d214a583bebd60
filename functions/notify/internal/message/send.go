package message

import (
	"time"

	"dcm.io/shared/event"
)

// Codes of mails that are not sent.
const (
	Superseded       = "superseded"        // the request has moved on
	NotEntitled      = "not_entitled"      // the recipient has lost the role
	UnknownRecipient = "unknown_recipient" // DCM does not know the person
	Erased           = "erased"            // the person was erased
	NoAddress        = "no_address"        // no e-mail address that can be used
	Undeliverable    = "undeliverable"     // put off by the recipient's server for too long
)

// A mail that the recipient's server puts off is tried again after as long as it
// is old, within these bounds, and given up after patience: RFC 5321 asks senders
// for at least four or five days.
const (
	soonest  = time.Minute
	latest   = time.Hour
	patience = 5 * 24 * time.Hour
)

// Pointless says why the message need not be sent any more to somebody with
// these roles; empty if it should be.
func (s State) Pointless(t Told, roles []string) string {
	switch {
	case t.Kind.asks() && s.Stage != Waiting, t.Kind == VMFailed && s.Stage != Failed, s.overtaken(t):
		return Superseded
	case !s.entitled(t, roles):
		return NotEntitled
	}
	return ""
}

// overtaken reports whether the recipient was told the same thing again since: a
// reminder, or another failure. The later mail says it all.
func (s State) overtaken(t Told) bool {
	after := false
	for _, u := range s.told {
		if after && u.To == t.To && (u.Kind == t.Kind || u.Kind.asks() && t.Kind.asks()) {
			return true
		}
		after = after || u.ID == t.ID
	}
	return false
}

// entitled reports whether the recipient may still read about the request: it
// is their own, or their role says so.
func (s State) entitled(t Told, roles []string) bool {
	switch {
	case t.To == s.Request.Requester, t.Kind == BundleReady:
		return true
	case t.Kind == VMFailed:
		return holds(roles, administrators)
	default:
		return holds(roles, s.Role)
	}
}

// GivesUp reports whether a mail that was put off is not tried again.
func (t Told) GivesUp(now time.Time) bool { return now.Sub(t.At) >= patience }

// Again is when a mail that was put off is tried again.
func (t Told) Again(now time.Time) time.Time {
	return now.Add(min(max(now.Sub(t.At), soonest), latest))
}

// Sent is the fact that the mail server took the message.
func (t Told) Sent(messageID string) event.Fact {
	return event.NotificationSent{Notification: t.ID, Message: string(t.Kind), Recipient: t.To, MessageID: messageID}
}

// Failed is the fact that the message will never be sent.
func (t Told) Failed(code string) event.Fact {
	return event.NotificationFailed{Notification: t.ID, Message: string(t.Kind), Recipient: t.To, Code: code}
}

// Settle is the command to record how a mail ended; recorded once.
type Settle struct {
	Told Told
	Fact event.Fact
}

// Conclude records the end of a mail unless it has one.
func Conclude(s State, c Settle) []event.Fact {
	if _, settled, ok := s.Find(c.Told.ID); !ok || settled {
		return nil
	}
	return []event.Fact{c.Fact}
}
