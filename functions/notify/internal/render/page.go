package render

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"dcm.io/functions/notify/internal/message"
)

// A page is what the layouts lay out: words in one language, and a look.
type page struct {
	Locale, Tenant, Greeting, Subject, Status, Title, Lead string
	Rows                                                   []row
	Wide                                                   int // of the widest label
	Words, WordsLabel                                      string
	Button, Link, Why, Footer                              string
	look
}

type row struct {
	Label, Value string
	Code         bool // to be copied
}

// A look is the colour and the mark of a status, never the one without the other.
type look struct {
	Tone template.CSS
	Mark string
}

var (
	waiting  = look{"background-color:#fef3c7;color:#92400e", "◷"}
	progress = look{"background-color:#e0f2fe;color:#075985", "➜"}
	done     = look{"background-color:#d1fae5;color:#065f46", "✓"}
	refused  = look{"background-color:#ffe4e6;color:#9f1239", "✕"}
	neutral  = look{"background-color:#e9eef4;color:#334155", "•"}
)

var looks = map[message.Kind]look{
	message.RequestSubmitted: progress,
	message.DecisionNeeded:   waiting,
	message.DecisionReminder: waiting,
	message.RequestApproved:  done,
	message.RequestRejected:  refused,
	message.RequestExpired:   neutral,
	message.RequestWithdrawn: neutral,
	message.VMReady:          done,
	message.VMFailed:         refused,
	message.BundleReady:      done,
}

// upper begins a sentence.
func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func lines(s string) []string { return strings.Split(s, "\n") }

func pad(s string, to int) string {
	return s + strings.Repeat(" ", max(0, to-utf8.RuneCountInString(s)))
}
