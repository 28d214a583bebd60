package event

// LogMoved records that the operator accepted that the log was restored or moved:
// from here on checkpoints are of another epoch, and facts of before may have been
// lost. Who accepted it and why is not in it: that is about people who are none of
// the tenant's.
type LogMoved struct {
	Epoch            int64  `json:"epoch"`             // that begins
	SystemIdentifier string `json:"system_identifier"` // of the database cluster where the log is now, as PostgreSQL draws it
	Timeline         int64  `json:"timeline"`          // of that cluster; rises when a standby takes over or a backup is restored
}

// EventType names the fact.
func (LogMoved) EventType() Type { return "io.dcm.log.moved.v1" }

func (LogMoved) fact() {}
