package event

import "github.com/google/uuid"

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
