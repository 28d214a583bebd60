package eventlogtest

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

func appendAndRead(t *testing.T, b bundle) {
	recorded := b.append(t, event.Submit, "c1", submitted)
	recorded = append(recorded, b.append(t, event.Approve, "c2", opened, reminded)...)
	stream := b.read(t)
	if !reflect.DeepEqual(recorded, unmarked(stream)) {
		t.Errorf("read other than recorded:\n%+v\n%+v", stream, recorded)
	}
	for i, want := range []event.Fact{submitted, opened, reminded} {
		if !reflect.DeepEqual(stream[i].Fact, want) {
			t.Errorf("fact %d is %+v, want %+v", i, stream[i].Fact, want)
		}
	}
	e := stream[0]
	if e.Source != "/functions/submit" || e.Actor != event.By(event.Submit) || e.CauseID != "c1" || e.CorrelationID != "root" || e.TraceParent == "" {
		t.Errorf("envelope says %+v", e)
	}
	unknown, err := b.Open(event.Submit).Read(t.Context(), eventlog.Key{Tenant: b.tenant, Stream: uuid.New()})
	if len(unknown) != 0 || err != nil {
		t.Errorf("an unknown stream gave %d facts, %v; want none and no error", len(unknown), err)
	}
}

func versionsHaveNoGaps(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	b.append(t, event.Approve, "c2", opened, reminded)
	b.append(t, event.Approve, "c3", granted)
	for i, e := range b.read(t) {
		if e.Version != int64(i+1) {
			t.Errorf("fact %d has version %d", i, e.Version)
		}
	}
}

// allOrNothing appends facts of which the second cannot be recorded, because
// its place is taken.
func allOrNothing(t *testing.T, b bundle) {
	stale := b.after(t, event.Submit, "late", submitted, withdrawn)
	b.append(t, event.Submit, "first", submitted)
	if _, err := b.Open(event.Submit).Append(t.Context(), stale); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if n := len(b.read(t)); n != 1 {
		t.Errorf("%d facts, want 1: an append that conflicts leaves nothing", n)
	}
	if n := len(b.owed(t, event.Notify)); n != 1 {
		t.Errorf("notify owes %d, want 1: an append that conflicts owes nothing", n)
	}
}

func streamHasMovedOn(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	stale := b.after(t, event.Approve, "c2", granted)
	stale.Timers = []eventlog.Timer{{Kind: "remind", Due: b.ago(time.Minute)}}
	b.append(t, event.Submit, "c3", withdrawn)
	if _, err := b.Open(event.Approve).Append(t.Context(), stale); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("got %v, want a conflict: the decision was taken on an older state", err)
	}
	if w, ok := b.takeTimer(t, event.Approve); ok {
		t.Errorf("timer %q is set: a conflict leaves nothing", w.Kind)
	}
}

// headIsNotThere expects an end that the stream never had: neither a gap nor a
// broken link may come of it.
func headIsNotThere(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	head := eventlog.HeadOf(b.read(t))
	for name, expect := range map[string]eventlog.Head{
		"TooFar":    {Version: head.Version + 3, Hash: head.Hash},
		"OtherHash": {Version: head.Version, Hash: bytes.Repeat([]byte{7}, 32)},
	} {
		r := eventlog.Record{Key: b.key, Expect: expect, Cause: b.by(event.Submit, name), Facts: []event.Fact{withdrawn}}
		if _, err := b.Open(event.Submit).Append(t.Context(), r); !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
	if n := len(b.read(t)); n != 1 {
		t.Errorf("%d facts, want 1", n)
	}
}

func sameCauseSameFacts(t *testing.T, b bundle) {
	first := b.after(t, event.Submit, "c1", submitted, withdrawn)
	recorded := b.record(t, first)
	for name, expect := range map[string]eventlog.Head{"AsBefore": first.Expect, "AtTheEnd": eventlog.HeadOf(recorded)} {
		again := first
		again.Expect = expect
		again.Cause.At = b.Now().Add(time.Hour)
		if got := b.record(t, again); !reflect.DeepEqual(unmarked(got), recorded) {
			t.Errorf("%s: got %+v, want what was recorded first", name, got)
		}
	}
	if n := len(b.read(t)); n != 2 {
		t.Errorf("%d facts, want 2: a redelivery adds nothing", n)
	}
	if n := len(b.owed(t, event.Notify)); n != 2 {
		t.Errorf("notify owes %d, want 2", n)
	}
}

func sameCauseOtherContent(t *testing.T, b bundle) {
	first := b.after(t, event.Submit, "c1", submitted)
	first.Cause.Digest = []byte("content")
	b.record(t, first)
	again := first
	again.Cause.Digest = []byte("other content")
	if _, err := b.Open(event.Submit).Append(t.Context(), again); !errors.Is(err, eventlog.ErrReused) {
		t.Errorf("got %v, want reused", err)
	}
	if got := b.record(t, first); len(got) != 1 || !bytes.Equal(got[0].CauseDigest, []byte("content")) {
		t.Errorf("the original is now %+v", got)
	}
}

// twoFunctionsOneCause: approve and provision both act on one fact, in the same
// stream. Neither may be taken for the other's redelivery.
func twoFunctionsOneCause(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	b.append(t, event.Approve, "the fact", granted)
	got := b.append(t, event.Provision, "the fact", event.ProvisioningFailed{Step: "clone", Code: "no_template"})
	if len(got) != 1 || got[0].Source != "/functions/provision" || len(b.read(t)) != 3 {
		t.Errorf("provision recorded %+v", got)
	}
}

func onlyTheProducerMayRecord(t *testing.T, b bundle) {
	if _, err := b.Open(event.Notify).Append(t.Context(), b.after(t, event.Notify, "c1", granted)); err == nil {
		t.Error("notify recorded a grant; approve is its producer")
	}
	b.append(t, event.Notify, "c2", event.AccessDenied{Action: "request.decide", Reason: "own_request", Function: "notify"})
}

func tenantsAreApart(t *testing.T, b bundle) {
	mine := b.append(t, event.Submit, "c1", submitted)
	other := eventlog.Key{Tenant: uuid.Must(uuid.NewV7()), Stream: b.key.Stream}
	stream, err := b.Open(event.Submit).Read(t.Context(), other)
	if err != nil || len(stream) != 0 {
		t.Errorf("the other tenant reads %d facts, %v", len(stream), err)
	}
	if _, _, ok, err := b.Open(event.Approve).Take(t.Context(), event.Approve, other.Tenant, mine[0].ID); ok || err != nil {
		t.Errorf("the other tenant takes the fact: %v, %v", ok, err)
	}
	theirs := b.record(t, eventlog.Record{Key: other, Cause: b.by(event.Submit, "c1"), Facts: []event.Fact{submitted}})
	if theirs[0].Version != 1 || theirs[0].ID == mine[0].ID {
		t.Errorf("the same stream and cause in another tenant is version %d, id %s", theirs[0].Version, theirs[0].ID)
	}
	if len(b.read(t)) != 1 {
		t.Error("the other tenant's fact is in this tenant's stream")
	}
}

func noTenant(t *testing.T, b bundle) {
	log, none := b.Open(event.Approve), eventlog.Key{Stream: b.key.Stream}
	errs := map[string]error{}
	_, errs["Read"] = log.Read(t.Context(), none)
	_, errs["Append"] = log.Append(t.Context(), eventlog.Record{Key: none, Cause: b.by(event.Approve, "c"), Facts: []event.Fact{granted}})
	_, errs["AppendNothing"] = log.Append(t.Context(), eventlog.Record{Key: none, Cause: b.by(event.Approve, "c")})
	_, _, _, errs["Take"] = log.Take(t.Context(), event.Approve, uuid.Nil, uuid.New())
	_, _, errs["TakeTimer"] = log.TakeTimer(t.Context(), event.Approve, none)
	_, _, errs["NextTimer"] = log.NextTimer(t.Context(), event.Approve, none)
	errs["Settle"] = log.Settle(t.Context(), eventlog.Work{Key: none, Function: event.Approve, Kind: "k"})
	errs["Fail"] = log.Fail(t.Context(), eventlog.Work{Key: none, Function: event.Approve, Kind: "k"}, "reason", 0, false)
	_, errs["PersonKey"] = log.PersonKey(t.Context(), uuid.Nil, person, vault.Wrapped{})
	for name, err := range errs {
		if !errors.Is(err, eventlog.ErrNoTenant) {
			t.Errorf("%s: got %v, want no tenant", name, err)
		}
	}
}

func hashesLink(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	b.append(t, event.Approve, "c2", opened, reminded)
	var prev []byte
	for _, e := range b.read(t) {
		if want := eventlog.Link(prev, e); !bytes.Equal(e.Hash, want) {
			t.Errorf("version %d: hash %x, want %x: what is read back must verify", e.Version, e.Hash, want)
		}
		prev = e.Hash
	}
}

// unmarked is facts that were read, as they are before it is known when they
// were recorded.
func unmarked(read []event.Envelope) []event.Envelope {
	facts := slices.Clone(read)
	for i := range facts {
		facts[i].RecordedAt = time.Time{}
	}
	return facts
}

func timesAreMicroseconds(t *testing.T, b bundle) {
	r := b.after(t, event.Submit, "c1", submitted)
	r.Cause.At = time.Date(2026, 3, 1, 10, 30, 0, 123456789, time.FixedZone("CET", 3600))
	want := time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)
	for name, got := range map[string][]event.Envelope{"Recorded": b.record(t, r), "Read": b.read(t)} {
		if got[0].OccurredAt != want {
			t.Errorf("%s: occurred at %v, want %v", name, got[0].OccurredAt, want)
		}
	}
	if at := b.read(t)[0].RecordedAt; at.IsZero() || at != at.Truncate(time.Microsecond).UTC() {
		t.Errorf("recorded at %v", at)
	}
}
