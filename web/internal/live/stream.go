package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// sendTime is how long one piece may take to leave; a reader that has gone
// quiet is let go.
const sendTime = 10 * time.Second

// A stream writes server-sent events to one viewer.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	now     func() time.Time
}

// open begins the answer. The server's time limits are for ordinary answers;
// the stream has its own.
func open(w http.ResponseWriter, now func() time.Time) (stream, error) {
	s := stream{w: w, control: http.NewResponseController(w), now: now}
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return s, fmt.Errorf("open live view: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies must not collect events
	w.WriteHeader(http.StatusOK)
	return s, nil
}

// A change is what a page is told.
type change struct {
	Type     event.Type `json:"type"`
	StreamID uuid.UUID  `json:"stream_id"`
	Version  int64      `json:"version"`
}

// hello is what a page is told first.
type hello struct {
	Resumed bool `json:"resumed"`
}

func (s stream) hello(p readmodel.Place, resumed bool) error {
	return s.send("hello", p, hello{resumed})
}

func (s stream) changes(all []news) error {
	for _, n := range all {
		if err := s.send("change", n.Place, change{n.Type, n.Stream, n.Version}); err != nil {
			return err
		}
	}
	return nil
}

// heartbeat keeps the connection open and, without an event, tells the browser
// where to resume.
func (s stream) heartbeat(p readmodel.Place) error {
	return s.write(fmt.Sprintf(": still here\nid: %s\n\n", idOf(p)))
}

func (s stream) send(name string, p readmodel.Place, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return s.write(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", idOf(p), name, data))
}

func (s stream) write(text string) error {
	_ = s.control.SetWriteDeadline(s.now().Add(sendTime)) // not every writer can
	if _, err := s.w.Write([]byte(text)); err != nil {    //nolint:gosec // G705: an event stream of JSON and numbers is no page
		return err
	}
	return s.control.Flush()
}
