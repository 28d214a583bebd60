package mail

import (
	"errors"
	"fmt"
	"net/textproto"

	"dcm.io/shared/fault"
	gomail "github.com/wneessen/go-mail"
)

// The failures of Send.
var (
	// ErrUnavailable says that the mail server cannot be used right now.
	ErrUnavailable = fault.New(fault.Transient, "mail_unavailable", "the mail server cannot be used right now")
	// ErrDeferred says that the server put this letter off.
	ErrDeferred = fault.New(fault.Transient, "mail_deferred", "the mail server put the letter off")
	// ErrBadAddress says that what should be an address is none.
	ErrBadAddress = fault.New(fault.Invalid, "bad_address", "the recipient's address is not an address")
	// ErrRecipientRefused says that the server does not take mail for the recipient.
	ErrRecipientRefused = fault.New(fault.Invalid, "recipient_refused", "the mail server refused the recipient")
	// ErrMessageRefused says that the server does not take this letter.
	ErrMessageRefused = fault.New(fault.Invalid, "message_refused", "the mail server refused the letter")
)

// classify sorts what the library reports about a letter.
func classify(err error) error {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return ErrUnavailable.Because(scrubbed("sending", err))
	}
	cause := fmt.Errorf("%s: %d %s", e.Reason, e.ErrorCode(), e.EnhancedStatusCode())
	permanent := e.ErrorCode()/100 == 5
	switch e.Reason {
	case gomail.ErrSMTPRcptTo:
		return sorted(e.ErrorCode(), permanent, ErrRecipientRefused, cause)
	case gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return sorted(e.ErrorCode(), permanent, ErrMessageRefused, cause)
	default: // the greeting or our sender address: the same for every letter
		return ErrUnavailable.Because(cause)
	}
}

func sorted(code int, permanent bool, refused *fault.Error, cause error) error {
	switch {
	case permanent:
		return refused.Because(cause)
	case code == 421 || code == 0: // closing down, or the connection broke
		return ErrUnavailable.Because(cause)
	default:
		return ErrDeferred.Because(cause)
	}
}

// scrubbed keeps what is safe to log of an error before a letter was offered:
// the server's code if it was the server's word, else ours.
func scrubbed(while string, err error) error {
	var protocol *textproto.Error
	if errors.As(err, &protocol) {
		return fmt.Errorf("%s: the server answered %d", while, protocol.Code)
	}
	return fmt.Errorf("%s: %w", while, err)
}
