package event

import (
	"time"

	"github.com/google/uuid"
)

// NotificationQueued records that a person is to be told. From then on it is in
// their inbox; the mail follows.
type NotificationQueued struct {
	Notification uuid.UUID `json:"notification"`     // derived from the fact, the message and the person
	Message      string    `json:"message"`          // kind of message, e.g. decision_needed
	Recipient    uuid.UUID `json:"recipient"`        // person id
	Subject      string    `json:"subject"`          // name of the machine or empty
	Request      uuid.UUID `json:"request,omitzero"` // what it is about
	Bundle       uuid.UUID `json:"bundle,omitzero"`  // what it is about
}

// NotificationSent records that the mail server took the message.
type NotificationSent struct {
	Notification uuid.UUID `json:"notification"` // which one
	Message      string    `json:"message"`      // kind of message
	Recipient    uuid.UUID `json:"recipient"`    // person id
	MessageID    string    `json:"message_id"`   // RFC 5322; the same on every attempt
}

// NotificationFailed records that the mail server refused the message for good.
type NotificationFailed struct {
	Notification uuid.UUID `json:"notification"` // which one
	Message      string    `json:"message"`      // kind of message
	Recipient    uuid.UUID `json:"recipient"`    // person id
	Code         string    `json:"code"`         // e.g. recipient_refused, erased
}

// NotificationRead records that a person has read their inbox. Its stream is
// the person's inbox.
type NotificationRead struct {
	Person uuid.UUID `json:"person"` // person id
	UpTo   time.Time `json:"up_to"`  // everything queued until then is read
}

// EventType names the fact.
func (NotificationQueued) EventType() Type { return "io.dcm.notification.queued.v1" }

// EventType names the fact.
func (NotificationSent) EventType() Type { return "io.dcm.notification.sent.v1" }

// EventType names the fact.
func (NotificationFailed) EventType() Type { return "io.dcm.notification.failed.v1" }

// EventType names the fact.
func (NotificationRead) EventType() Type { return "io.dcm.notification.read.v1" }

func (NotificationQueued) fact() {}
func (NotificationSent) fact()   {}
func (NotificationFailed) fact() {}
func (NotificationRead) fact()   {}
