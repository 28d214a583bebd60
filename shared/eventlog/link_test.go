package eventlog_test

import (
	"encoding/hex"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

func fact() event.Envelope {
	return event.Envelope{
		ID: uuid.MustParse("0197f3a0-0000-5000-8000-000000000001"), Tenant: uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a"),
		Stream: uuid.MustParse("0197f3a0-0000-7000-8000-0000000000f0"), Version: 2, Type: "io.dcm.request.withdrawn.v1", Source: "/functions/submit",
		Actor: event.Actor{Kind: "person", ID: "anna"}, CauseID: "c1", CorrelationID: "root",
		OccurredAt: time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC), Data: []byte(`{"by":"anna"}`),
	}
}

// TestLinkIsForEver: logs and bundles that are out there verify by this. If it
// fails, the hash has changed, and that must not be.
func TestLinkIsForEver(t *testing.T) {
	t.Parallel()
	const first = "643eaba5495292a2bfa66c4b8c82ae908a85f04dbd823ab9ca3c6c31ff5c9cc5"
	const next = "9c144d72caccbb404c27e096d1295c82364a2d7af24154f21dd2b76ef73569ba"
	h := eventlog.Link(nil, fact())
	if got := hex.EncodeToString(h); got != first {
		t.Errorf("first fact: %s, want %s", got, first)
	}
	if got := hex.EncodeToString(eventlog.Link(h, fact())); got != next {
		t.Errorf("linked fact: %s, want %s", got, next)
	}
}

// TestLinkCoversEverything: whatever is changed in a fact changes its hash.
func TestLinkCoversEverything(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*event.Envelope){
		"ID":            func(e *event.Envelope) { e.ID[15]++ },
		"Tenant":        func(e *event.Envelope) { e.Tenant[15]++ },
		"Stream":        func(e *event.Envelope) { e.Stream[15]++ },
		"Version":       func(e *event.Envelope) { e.Version++ },
		"Type":          func(e *event.Envelope) { e.Type += "x" },
		"Source":        func(e *event.Envelope) { e.Source += "x" },
		"ActorKind":     func(e *event.Envelope) { e.Actor.Kind = "function" },
		"Actor":         func(e *event.Envelope) { e.Actor.ID += "x" },
		"CauseID":       func(e *event.Envelope) { e.CauseID += "x" },
		"CorrelationID": func(e *event.Envelope) { e.CorrelationID += "x" },
		"OccurredAt":    func(e *event.Envelope) { e.OccurredAt = e.OccurredAt.Add(time.Microsecond) },
		"Data":          func(e *event.Envelope) { e.Data = append(e.Data, ' ') },
		"Shifted":       func(e *event.Envelope) { e.CauseID, e.CorrelationID = e.CauseID+"r", e.CorrelationID[1:] },
	}
	want := hex.EncodeToString(eventlog.Link(nil, fact()))
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := fact()
			change(&e)
			if hex.EncodeToString(eventlog.Link(nil, e)) == want {
				t.Error("the hash does not cover it")
			}
		})
	}
	zone := fact()
	zone.OccurredAt = zone.OccurredAt.In(time.FixedZone("CET", 3600)).Add(999 * time.Nanosecond)
	if got := hex.EncodeToString(eventlog.Link(nil, zone)); got != want {
		t.Error("time zone and nanoseconds are not kept and must not count")
	}
}
