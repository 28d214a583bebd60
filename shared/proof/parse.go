package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// ErrLine says that a line is none of ours.
var ErrLine = errors.New("not as this format writes it")

// Parse reads what AppendLine wrote in the parser's format, and nothing else: a
// line that says the same in another way was not written by us. line includes its
// newline.
func (p *Parser) Parse(line []byte) (e eventlog.Placed, prev []byte, err error) {
	p.rest, p.failed = line, false
	e.ID = p.id(`{"id":"`)
	e.Tenant = p.id(`,"tenant_id":"`)
	e.Stream = p.id(`,"stream_id":"`)
	e.Version = p.number(`,"version":`)
	e.Type = event.Type(p.text(`,"type":"`))
	e.Source = p.text(`,"source":"`)
	e.Actor = event.ParseActor(p.text(`,"actor":"`))
	e.CauseID = p.text(`,"cause_id":"`)
	e.CauseDigest = p.hex(`,"cause_digest":"`)
	e.CorrelationID = p.text(`,"correlation_id":"`)
	e.OccurredAt = p.time(`,"occurred_at":"`)
	e.RecordedAt = p.time(`,"recorded_at":"`)
	e.TraceParent = p.text(`,"traceparent":"`)
	prev = p.hex(`,"prev_hash":"`)
	e.Hash = p.hex(`,"hash":"`)
	e.Leaf = -1
	if p.Format > Linked {
		e.Leaf = p.number(`,"leaf":`)
		e.LeafHash = p.hex(`,"leaf_hash":"`)
	}
	e.Data = p.base64(`,"data_base64":"`)
	if !p.failed {
		p.again = AppendLine(p.again[:0], p.Format, e, prev)
	}
	if p.failed || !bytes.Equal(p.again, line) {
		return eventlog.Placed{}, nil, ErrLine
	}
	return e, prev, nil
}

// A Parser takes one field of a line after the other; after a failure it takes
// nothing. It is for one goroutine.
type Parser struct {
	Format int

	rest   []byte
	failed bool
	again  []byte // the line, written again
}

// raw takes a quoted value, still quoted inside.
func (p *Parser) raw(name string) []byte {
	rest, ok := bytes.CutPrefix(p.rest, []byte(name))
	if p.failed = p.failed || !ok; p.failed {
		return nil
	}
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			p.rest = rest[i+1:]
			return rest[:i]
		}
	}
	p.failed = true
	return nil
}

func (p *Parser) text(name string) string {
	raw := p.raw(name)
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	var s string
	p.check(json.Unmarshal([]byte(`"`+string(raw)+`"`), &s))
	return s
}

func (p *Parser) id(name string) uuid.UUID {
	id, err := uuid.ParseBytes(p.raw(name))
	p.check(err)
	return id
}

func (p *Parser) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, string(p.raw(name)))
	p.check(err)
	return t
}

func (p *Parser) hex(name string) []byte {
	b, err := hex.AppendDecode(nil, p.raw(name))
	p.check(err)
	return b
}

func (p *Parser) base64(name string) []byte {
	b, err := base64.StdEncoding.AppendDecode(nil, p.raw(name))
	p.check(err)
	return b
}

func (p *Parser) number(name string) int64 {
	rest, ok := bytes.CutPrefix(p.rest, []byte(name))
	end := bytes.IndexByte(rest, ',')
	if p.failed = p.failed || !ok || end < 0; p.failed {
		return 0
	}
	p.rest = rest[end:]
	n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	p.check(err)
	return n
}

func (p *Parser) check(err error) { p.failed = p.failed || err != nil }
