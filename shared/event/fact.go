package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A Type is the CloudEvents type of a fact, for example io.dcm.request.submitted.v1.
type Type string

// A Fact is something that happened. The set is closed: only this package
// defines facts, so that a switch over them can be checked for completeness.
//
//sumtype:decl
type Fact interface {
	EventType() Type
	fact()
}

// ErrUnknownType says that no fact of that type is in the catalogue: the log was
// written by a newer release. Readers pass such facts over, loudly.
var ErrUnknownType = errors.New("unknown type of fact")

// Decode reads the data of a fact. Fields it does not know are ignored, so that
// a fact of a newer minor shape still loads.
func Decode(t Type, data []byte) (Fact, error) {
	e, ok := byType[t]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownType, t)
	}
	p := reflect.New(reflect.TypeOf(e.Zero))
	if err := json.Unmarshal(data, p.Interface()); err != nil {
		return nil, fmt.Errorf("decode %s: %w", t, err)
	}
	return p.Elem().Interface().(Fact), nil
}

// Encode writes the data of a fact: the exact bytes that are stored and hashed.
func Encode(f Fact) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("encode %s: %w", f.EventType(), err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// A Sealed text is encrypted with the key of the person it is about. It stays
// in the log for ever; without the key nobody can read it.
type Sealed struct {
	Person uuid.UUID `json:"person"` // whose key opens it
	Box    []byte    `json:"box"`    // AES-256-GCM, base64 in JSON
}

// IsZero reports whether there is no text.
func (s Sealed) IsZero() bool { return len(s.Box) == 0 }

// An Actor is who did something: a person or a function.
type Actor struct {
	Kind string `json:"kind"` // person, function
	ID   string `json:"id"`   // the person's id or the function's name
}

// Person makes an actor of a person.
func Person(id uuid.UUID) Actor { return Actor{Kind: "person", ID: id.String()} }

// By makes an actor of a function.
func By(f Function) Actor { return Actor{Kind: "function", ID: string(f)} }

// String is the actor as the log stores it, "person:<id>" or "function:<name>".
func (a Actor) String() string { return a.Kind + ":" + a.ID }

// An Envelope is a fact as the log keeps it.
type Envelope struct {
	ID            uuid.UUID
	Tenant        uuid.UUID
	Stream        uuid.UUID
	Version       int64 // 1 for the stream's first fact, without gaps
	Type          Type
	Source        string // /functions/<producer>
	Actor         Actor
	CauseID       string // id of the command or fact that caused it
	CauseDigest   []byte // of the command's content; nil if a fact caused it
	CorrelationID string // id of the command at the root of the chain
	OccurredAt    time.Time
	RecordedAt    time.Time // by the log's clock; zero until read back
	TraceParent   string
	Data          []byte // the exact bytes that are hashed
	Fact          Fact   // Data, decoded; nil if this release does not know Type
	Hash          []byte // links the fact to its predecessor in the stream
}

// ParseActor reads what Actor.String wrote.
func ParseActor(s string) Actor {
	kind, id, _ := strings.Cut(s, ":")
	return Actor{Kind: kind, ID: id}
}
