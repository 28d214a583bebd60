package eventlog_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

func leafOf(change func(*event.Envelope)) []byte {
	id := uuid.MustParse("0197f3a0-0000-7000-8000-000000000001")
	at := time.Date(2026, 5, 4, 12, 0, 0, 1000, time.UTC)
	e := event.Envelope{
		ID: id, Tenant: id, Stream: id, Version: 7, Type: "t", Source: "s", Actor: event.By("submit"), CauseID: "c", CauseDigest: []byte{1},
		CorrelationID: "r", OccurredAt: at, RecordedAt: at, TraceParent: "p", Data: []byte(`{}`), Hash: bytes.Repeat([]byte{2}, 32),
	}
	change(&e)
	return eventlog.Leaf(e)
}

// TestLeafCoversEveryColumn: whatever is changed gives another leaf, and so does
// a byte that moves from one column to its neighbour.
func TestLeafCoversEveryColumn(t *testing.T) {
	t.Parallel()
	other := uuid.MustParse("0197f3a0-0000-7000-8000-000000000002")
	seen := map[string]string{}
	for name, change := range map[string]func(*event.Envelope){
		"Nothing":     func(*event.Envelope) {},
		"ID":          func(e *event.Envelope) { e.ID = other },
		"Tenant":      func(e *event.Envelope) { e.Tenant = other },
		"Stream":      func(e *event.Envelope) { e.Stream = other },
		"Version":     func(e *event.Envelope) { e.Version++ },
		"Type":        func(e *event.Envelope) { e.Type = "u" },
		"Source":      func(e *event.Envelope) { e.Source = "u" },
		"Actor":       func(e *event.Envelope) { e.Actor = event.By("approve") },
		"Cause":       func(e *event.Envelope) { e.CauseID = "d" },
		"CauseDigest": func(e *event.Envelope) { e.CauseDigest = nil },
		"Correlation": func(e *event.Envelope) { e.CorrelationID = "q" },
		"Occurred":    func(e *event.Envelope) { e.OccurredAt = e.OccurredAt.Add(time.Microsecond) },
		"Recorded":    func(e *event.Envelope) { e.RecordedAt = e.RecordedAt.Add(time.Microsecond) },
		"Trace":       func(e *event.Envelope) { e.TraceParent = "" },
		"Data":        func(e *event.Envelope) { e.Data = []byte(`{} `) },
		"Hash":        func(e *event.Envelope) { e.Hash = bytes.Repeat([]byte{3}, 32) },
		"Neighbours":  func(e *event.Envelope) { e.Type, e.Source = "ts", "" },
	} {
		leaf := string(leafOf(change))
		if same, ok := seen[leaf]; ok {
			t.Errorf("%s and %s give the same leaf", name, same)
		}
		seen[leaf] = name
	}
}

// TestLeafIsFrozen: trees that were signed hold these bytes.
func TestLeafIsFrozen(t *testing.T) {
	t.Parallel()
	const want = "84c29da962b9454ad91e20e15f1f769eff558be97ac61581243b7e2194b29aaf"
	sum := sha256.Sum256(leafOf(func(*event.Envelope) {}))
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("the leaf's SHA-256 is %s, was %s: every signed tree would be broken", got, want)
	}
}
