package eventlog

import (
	"bytes"
	"fmt"
	"time"

	"dcm.io/shared/event"
)

// Envelopes makes the envelopes that r records: numbered, identified by producer
// and cause (two functions may act on the same fact) and linked. It is what every
// Log stores.
func (r Record) Envelopes() ([]event.Envelope, error) {
	out := make([]event.Envelope, 0, len(r.Facts))
	head := r.Expect
	for i, f := range r.Facts {
		if !event.MayRecord(r.Cause.By, f.EventType()) {
			return nil, fmt.Errorf("%s may not record %s", r.Cause.By, f.EventType())
		}
		data, err := event.Encode(f)
		if err != nil {
			return nil, err
		}
		e := event.Envelope{
			ID:     event.FactID(r.Key.Tenant, r.Key.Stream, string(r.Cause.By)+":"+r.Cause.ID, i),
			Tenant: r.Key.Tenant, Stream: r.Key.Stream, Version: head.Version + 1,
			Type: f.EventType(), Source: "/functions/" + string(r.Cause.By), Actor: r.Cause.Actor,
			CauseID: r.Cause.ID, CauseDigest: r.Cause.Digest, CorrelationID: r.Cause.CorrelationID,
			OccurredAt: r.Cause.At.UTC().Truncate(time.Microsecond), TraceParent: r.Cause.TraceParent,
			Data: data, Fact: f,
		}
		e.Hash = Link(head.Hash, e)
		head = Head{Version: e.Version, Hash: e.Hash}
		out = append(out, e)
	}
	return out, nil
}

// HeadOf is where a stream that was read ends.
func HeadOf(stream []event.Envelope) Head {
	if len(stream) == 0 {
		return Head{}
	}
	last := stream[len(stream)-1]
	return Head{Version: last.Version, Hash: last.Hash}
}

// RecordedBy returns what the cause has recorded in the stream before, and
// ErrReused if that was for a command with other content.
func RecordedBy(stream []event.Envelope, c Cause) ([]event.Envelope, error) {
	var found []event.Envelope
	source := "/functions/" + string(c.By)
	for _, e := range stream {
		if e.CauseID != c.ID || e.Source != source {
			continue
		}
		if !bytes.Equal(e.CauseDigest, c.Digest) {
			return nil, ErrReused
		}
		found = append(found, e)
	}
	return found, nil
}
