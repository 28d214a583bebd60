package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Mail is one delivery: a message as one recipient has it.
type Mail struct {
	ID          string              `json:"id"`
	From        string              `json:"from"`
	To          string              `json:"to"`
	Subject     string              `json:"subject"`
	MessageID   string              `json:"message_id"`
	ReceivedAt  time.Time           `json:"received_at"`
	Suppressed  int                 `json:"suppressed"`
	Text        string              `json:"text"`
	HTML        string              `json:"html"`
	Attachments []Attachment        `json:"attachments"`
	Header      map[string][]string `json:"header"`
}

// Attachment says what is attached; the content is in the .eml file.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"`
}

// parse reads a stored message. What it cannot decode it leaves out: a mail that
// a client would show badly must still be seen.
func parse(id string, raw []byte) (Mail, error) {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("parse mail %s: %w", id, err)
	}
	m := Mail{
		ID: id, Header: message.Header, Attachments: []Attachment{},
		From:      strings.Trim(message.Header.Get("Return-Path"), "<>"),
		To:        strings.Trim(message.Header.Get("Delivered-To"), "<>"),
		MessageID: message.Header.Get("Message-Id"),
	}
	if m.ReceivedAt, err = time.Parse(time.RFC3339Nano, message.Header.Get(receivedHeader)); err != nil {
		return Mail{}, fmt.Errorf("parse mail %s: %w", id, err)
	}
	m.Subject = message.Header.Get("Subject")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(m.Subject); err == nil {
		m.Subject = decoded
	}
	if err := m.part(textproto.MIMEHeader(message.Header), message.Body); err != nil {
		return Mail{}, fmt.Errorf("parse mail %s: %w", id, err)
	}
	return m, nil
}

// part adds a MIME part, and the parts in it.
func (m *Mail) part(header textproto.MIMEHeader, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.part(p.Header, p); err != nil {
				return err
			}
		}
	}
	content, err := io.ReadAll(decoded(header.Get("Content-Transfer-Encoding"), body))
	if err != nil {
		return err
	}
	disposition, names, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case disposition == "attachment" || (kind != "text/plain" && kind != "text/html"):
		m.Attachments = append(m.Attachments, Attachment{Name: names["filename"], Type: kind, Size: len(content)})
	case kind == "text/html":
		m.HTML += string(content)
	default:
		m.Text += string(content)
	}
	return nil
}

func decoded(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	default:
		return r
	}
}
