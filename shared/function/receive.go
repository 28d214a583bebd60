package function

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
)

// maxBody bounds a CloudEvent: a fact or command has a few hundred bytes.
const maxBody = 1 << 20

// Faults of what arrives.
var (
	errTooLarge    = fault.New(fault.TooLarge, "too_large", "The event is larger than 1 MiB.")
	errNotAnEvent  = fault.New(fault.Invalid, "not_a_cloudevent", "This is not a valid CloudEvent 1.0.")
	errContentType = fault.New(fault.Unsupported, "content_type", "The data must be application/json.")
	errNotUTF8     = fault.New(fault.Invalid, "not_utf8", "The data is not valid UTF-8.")
	errReading     = fault.New(fault.Invalid, "unreadable", "The request could not be read to its end.")
)

// body reads what was sent and refuses what no event may be.
func body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	sent, err := readBody(w, r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errTooLarge
	case err != nil:
		return nil, errReading.Because(err)
	case !utf8.Valid(sent):
		return nil, errNotUTF8
	}
	return sent, checkContentType(r)
}

// A ringing is all that a function believes of a fact the broker brings.
type ringing struct {
	fact, tenant string
	kind         event.Type
}

// ringingOf reads it off the headers of binary mode, in which the broker
// delivers, so that most of what arrives is never parsed. It is false for what
// is not in binary mode or not quite as CloudEvents demands: parse says why.
func ringingOf(h http.Header) (ringing, bool) {
	r := ringing{fact: h.Get("ce-id"), tenant: h.Get("ce-tenantid"), kind: event.Type(h.Get("ce-type"))}
	if h.Get("ce-specversion") != "1.0" || r.fact == "" || h.Get("ce-source") == "" {
		return r, false
	}
	at := h.Get("ce-time")
	if at == "" {
		return r, true
	}
	_, err := time.Parse(time.RFC3339Nano, at)
	return r, err == nil
}

// readBody reads at most maxBody bytes, into a buffer of the announced size.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 || r.ContentLength > maxBody {
		return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

func checkContentType(r *http.Request) error {
	t := r.Header.Get("Content-Type")
	if t == "application/json" { // nearly always
		return nil
	}
	if t == "" && r.Header.Get("ce-specversion") != "" {
		return nil // binary mode, an event without data
	}
	media, _, err := mime.ParseMediaType(t)
	if err != nil {
		return errContentType.Because(err)
	}
	if media == "application/json" || strings.HasSuffix(media, "+json") {
		return nil
	}
	return errContentType
}
