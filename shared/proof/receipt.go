package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"dcm.io/shared/eventlog"
)

// receiptName is the format of a receipt.
const receiptName = "dcm-receipt"

// A Receipt proves one fact: it is all that somebody needs to know, with a public
// key alone, that the fact was recorded as it is.
type Receipt struct {
	Format        string          `json:"format"`
	FormatVersion int             `json:"format_version"`
	Fact          json.RawMessage `json:"fact"` // a line, without its newline
	Proof
}

// NewReceipt makes the receipt of a fact that p is the proof of. prev is the hash
// of its predecessor in the stream, nil if it is the first.
func NewReceipt(e eventlog.Placed, prev []byte, p Proof) Receipt {
	return Receipt{receiptName, Proven, bytes.TrimSuffix(AppendLine(nil, Proven, e, prev), []byte("\n")), p}
}

// Encode writes the receipt as a file.
func (r Receipt) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the line's bytes are what they are
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("encode receipt: %w", err)
	}
	return b.Bytes(), nil
}

// Errors of reading a receipt.
var (
	// ErrNoReceipt says that it is something else, or of a format that is not known.
	ErrNoReceipt = errors.New("it is no receipt of a format that is known")
	// ErrRewritten says that it was not written by Encode as it is.
	ErrRewritten = errors.New("the receipt is not as this format writes it")
)

// ReadReceipt reads what Encode wrote. It returns ErrRewritten together with what
// it could read.
func ReadReceipt(b []byte) (Receipt, error) {
	var r Receipt
	if err := json.Unmarshal(b, &r); err != nil || r.Format != receiptName || r.FormatVersion != Proven {
		return Receipt{}, ErrNoReceipt
	}
	if again, err := r.Encode(); err != nil || !bytes.Equal(again, b) {
		return r, ErrRewritten
	}
	return r, nil
}

// Line is the receipt's fact, and the hash of its predecessor in the stream.
func (r Receipt) Line() (e eventlog.Placed, prev []byte, err error) {
	p := Parser{Format: Proven}
	return p.Parse(append(bytes.Clone(r.Fact), '\n'))
}
