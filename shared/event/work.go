package event

import (
	"time"

	"github.com/google/uuid"
)

// WorkReplayed records that somebody made a dead letter owed again. Its stream
// is the piece of work: all replays of one follow each other. The reason and
// the attempts are what the dead letter had; the fact or the timer says what is
// owed, and the stream in which.
type WorkReplayed struct {
	By       uuid.UUID `json:"by"`                  // person id
	Function string    `json:"function"`            // whose work it is, e.g. notify
	Stream   uuid.UUID `json:"stream"`              // what the work is about, often a request
	Fact     uuid.UUID `json:"fact,omitzero"`       // the fact that is owed, unless it is a timer
	FactType Type      `json:"fact_type,omitempty"` // of that fact
	Timer    string    `json:"timer,omitempty"`     // kind of the timer that is owed, unless it is a fact
	Attempts int       `json:"attempts"`            // that had failed
	Reason   string    `json:"reason"`              // why the last one had, in the function's words
}

// EventType names the fact.
func (WorkReplayed) EventType() Type { return "io.dcm.work.replayed.v1" }

func (WorkReplayed) fact() {}

// WorkReopened records that the installation's operator made a function owe work
// again: a dead letter, or every fact of a period, whether it has acted on it or
// not. It is recorded before the period's work is owed, so that nothing is done
// again without a word.
type WorkReopened struct {
	Function string    `json:"function"`           // whose work it is
	Stream   uuid.UUID `json:"stream,omitzero"`    // of a dead letter: what the work is about
	Fact     uuid.UUID `json:"fact,omitzero"`      // of a dead letter: the fact that is owed, unless it is a timer
	Timer    string    `json:"timer,omitempty"`    // of a dead letter: kind of the timer that is owed
	Attempts int       `json:"attempts,omitempty"` // of a dead letter: that had failed
	Reason   string    `json:"reason,omitempty"`   // of a dead letter: why the last one had
	From     time.Time `json:"from,omitzero"`      // of a period: facts recorded at this moment or after
	To       time.Time `json:"to,omitzero"`        // of a period: facts recorded before this moment
	Types    []Type    `json:"types,omitempty"`    // of a period: facts of these types
}

// EventType names the fact.
func (WorkReopened) EventType() Type { return "io.dcm.work.reopened.v1" }

func (WorkReopened) fact() {}
