package mail

import (
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// A Letter is one mail to one person.
type Letter struct {
	ID      uuid.UUID // makes the Message-ID
	Thread  uuid.UUID // what it is about: mails about the same make one thread
	Date    time.Time // when it was decided to send it; the same on every attempt
	From    string    // name of the sender; the address is the relay's
	To      string    // name of the recipient
	Address string    // of the recipient
	Subject string
	Text    string
	HTML    string
}

// message makes the mail, the same to the last byte for the same letter.
func (l Letter) message(from *mail.Address) (*gomail.Msg, error) {
	to, err := address(l.Address)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	thread := "<" + l.Thread.String() + "@" + domain + ">"
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.SetBoundary("dcm-" + l.ID.String())
	// Addresses are set as values: the library's own formatting would let a quote
	// in a name add recipients.
	m.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &mail.Address{Name: oneLine(l.From), Address: from.Address})
	m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Name: oneLine(l.To), Address: to})
	m.Subject(oneLine(l.Subject))
	m.SetMessageIDWithValue(strings.Trim(messageID(l.ID, from), "<>"))
	m.SetDateWithValue(l.Date.UTC())
	m.SetGenHeader(gomail.HeaderInReplyTo, thread)
	m.SetGenHeader(gomail.HeaderReferences, thread)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's machine answers
	m.SetGenHeader("X-Auto-Response-Suppress", "All")  // the same for Exchange
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

// address checks that s is one bare address and nothing else.
func address(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsAny(s, "\r\n\x00 ") {
		return "", ErrBadAddress
	}
	return s, nil
}

func messageID(id uuid.UUID, from *mail.Address) string {
	_, domain, _ := strings.Cut(from.Address, "@")
	return "<" + id.String() + "@" + domain + ">"
}

// oneLine keeps a header a single header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}
