package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A line is one client's connection.
type line struct {
	wire           *Wire
	client, server net.Conn

	appends map[string]bool // prepared statements that insert facts, by name
	batch   bool            // the batch that is being sent has one of them
	losing  atomic.Bool     // the answer to the batch that was sent is not given
	lostAck atomic.Bool     // and the batch appends facts
	silent  atomic.Bool     // neither side hears of the other any more, nor of its end
}

// end hangs up on one side, and on the other if that may hear of it.
func (l *line) end(mine, other net.Conn) {
	l.wire.forget(mine)
	if !l.silent.Load() {
		l.wire.forget(other)
	}
}

// Kinds of messages, from chapter 53 of PostgreSQL's manual.
const (
	parse         = 'P'
	bind          = 'B'
	syncing       = 'S' // the client's; ends the implicit transaction
	errorResponse = 'E'
	readyForQuery = 'Z'
)

var insertsFacts = []byte("insert into dcm.facts")

// forward passes on what the client says.
func (l *line) forward() {
	defer l.end(l.client, l.server)
	if err := pass(l.server, l.client); err != nil { // the start-up message has no kind
		return
	}
	for {
		kind, body, err := read(l.client)
		if err != nil {
			return
		}
		l.notice(kind, body)
		var f fate
		if kind == syncing {
			f = l.commit()
		}
		if f.cut {
			return
		}
		if !f.silent {
			if err := write(l.server, kind, body); err != nil {
				return
			}
		}
		if l.silent.Load() {
			_, _ = io.Copy(io.Discard, l.client)
			return
		}
	}
}

// notice remembers which statements append, and whether one is in this batch.
func (l *line) notice(kind byte, body []byte) {
	switch kind {
	case parse: // name, text
		name, rest, _ := bytes.Cut(body, []byte{0})
		if bytes.Contains(rest, insertsFacts) {
			l.appends[string(name)] = true
		}
	case bind: // portal, name
		_, rest, _ := bytes.Cut(body, []byte{0})
		name, _, _ := bytes.Cut(rest, []byte{0})
		l.batch = l.batch || l.appends[string(name)]
	}
}

// commit lets fate have its way before the message that commits, and tells what
// is to come of that.
func (l *line) commit() fate {
	appends := l.batch
	l.batch = false
	f := l.wire.draw(appends)
	time.Sleep(f.hold)
	l.silent.Store(f.silent || f.mute)
	if f.lose {
		l.lostAck.Store(appends)
		l.losing.Store(true)
	}
	return f
}

// backward passes on what the server says, unless the answer is lost: then the
// client hears nothing of it, and the connection ends once the server is done.
func (l *line) backward() {
	defer l.end(l.server, l.client)
	refused := false
	for {
		kind, body, err := read(l.server)
		if err != nil {
			return
		}
		if l.losing.Load() {
			refused = refused || kind == errorResponse
			if kind == readyForQuery {
				l.wire.lost(l.lostAck.Load() && !refused)
				return
			}
			continue
		}
		if l.silent.Load() {
			_, _ = io.Copy(io.Discard, l.server)
			return
		}
		if err := write(l.client, kind, body); err != nil {
			return
		}
	}
}

// longest is more than any message here has; what claims more is no message.
const longest = 64 << 20

var errLength = errors.New("a message of impossible length")

func read(from io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n < 4 || n > longest {
		return 0, nil, errLength
	}
	body = make([]byte, n-4)
	_, err = io.ReadFull(from, body)
	return head[0], body, err
}

func write(to io.Writer, kind byte, body []byte) error {
	message := make([]byte, 0, 5+len(body))
	message = append(message, kind)
	message = binary.BigEndian.AppendUint32(message, uint32(len(body)+4))
	_, err := to.Write(append(message, body...))
	return err
}

// pass passes on the one message that has no kind.
func pass(to io.Writer, from io.Reader) error {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n < 4 || n > longest {
		return errLength
	}
	body := make([]byte, n-4)
	if _, err := io.ReadFull(from, body); err != nil {
		return err
	}
	_, err := to.Write(append(head[:], body...))
	return err
}
