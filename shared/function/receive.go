package function

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"dcm.io/shared/fault"
	"github.com/cloudevents/sdk-go/v2/binding"
	ce "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
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

// receive reads a CloudEvent in binary or structured mode. It uses the SDK's
// binding and not its receiver, which stalls under concurrency (v2.16.2).
func receive(ctx context.Context, w http.ResponseWriter, r *http.Request) (ce.Event, error) {
	body, err := readBody(w, r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return ce.Event{}, errTooLarge
	case err != nil:
		return ce.Event{}, errReading.Because(err)
	case !utf8.Valid(body):
		return ce.Event{}, errNotUTF8
	}
	if err := checkContentType(r); err != nil {
		return ce.Event{}, err
	}
	m := cehttp.NewMessage(r.Header, io.NopCloser(bytes.NewReader(body)))
	if m.ReadEncoding() == binding.EncodingUnknown {
		return ce.Event{}, errNotAnEvent
	}
	e, err := binding.ToEvent(ctx, m)
	if err != nil {
		return ce.Event{}, errNotAnEvent.Because(err)
	}
	if err := e.Validate(); err != nil {
		return ce.Event{}, errNotAnEvent.Because(err)
	}
	return *e, nil
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
