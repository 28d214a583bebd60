package eventlogtest

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

func factsAreOwedPerCatalogue(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	b.append(t, event.Approve, "c2", opened, granted)
	b.append(t, event.Provision, "c3", event.ProvisioningStarted{VM: person})
	recorded := b.read(t)
	for _, f := range []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.AuditExport, event.Web} {
		for _, e := range recorded {
			if !slices.Contains(event.Consumers(e.Type), f) {
				b.cannotTake(t, f, e.ID, "the catalogue does not owe it "+string(e.Type))
				continue
			}
			w, fact, ok, err := b.Open(f).Take(t.Context(), f, b.tenant, e.ID)
			if err != nil || !ok {
				t.Fatalf("%s takes %s: %v, %v", f, e.Type, ok, err)
			}
			if want := (eventlog.Work{Key: b.key, Function: f, Fact: e.ID, Attempt: 1}); w != want {
				t.Errorf("%s: work %+v, want %+v", f, w, want)
			}
			if !reflect.DeepEqual(fact, e) {
				t.Errorf("%s: fact %+v, want %+v", f, fact, e)
			}
		}
	}
}

func leaseExcludesOthers(t *testing.T, b bundle) {
	id := b.append(t, event.Submit, "c1", submitted)[0].ID
	b.take(t, event.Approve, id)
	b.cannotTake(t, event.Approve, id, "somebody holds it")
	if owed := b.owed(t, event.Approve); len(owed) != 0 {
		t.Errorf("owed while held: %+v", owed)
	}
	b.take(t, event.Notify, id) // another function's is another piece of work
	b.Elapse(eventlog.HoldFor - 10*time.Second)
	b.cannotTake(t, event.Approve, id, "the lease has not ended")
}

func leaseEnds(t *testing.T, b bundle) {
	id := b.append(t, event.Submit, "c1", submitted)[0].ID
	for attempt := 1; attempt <= 3; attempt++ {
		if w := b.take(t, event.Approve, id); w.Attempt != attempt {
			t.Errorf("attempt %d, want %d: holders that died count", w.Attempt, attempt)
		}
		b.Elapse(eventlog.HoldFor)
	}
	if owed := b.owed(t, event.Approve); len(owed) != 1 || owed[0].Fact != id || owed[0].Key != b.key || owed[0].Function != event.Approve {
		t.Errorf("owed %+v, want the fact", owed)
	}
}

func appendSettles(t *testing.T, b bundle) {
	id := b.append(t, event.Submit, "c1", submitted)[0].ID
	w := b.take(t, event.Approve, id)
	r := b.after(t, event.Approve, id.String(), granted)
	r.Settles = &w
	b.record(t, r)
	b.Elapse(eventlog.HoldFor)
	b.cannotTake(t, event.Approve, id, "it is done")
	b.take(t, event.Notify, id) // still owed by others
}

// repeatedAppendSettles: a holder died between commit and answer, or two held
// it one after the other. The repetition must not leave the work owed for ever.
func repeatedAppendSettles(t *testing.T, b bundle) {
	id := b.append(t, event.Submit, "c1", submitted)[0].ID
	r := b.after(t, event.Approve, id.String(), granted)
	b.record(t, r)
	w := b.take(t, event.Approve, id)
	r.Settles = &w
	b.record(t, r)
	b.Elapse(eventlog.HoldFor)
	b.cannotTake(t, event.Approve, id, "it is done")
	if n := len(b.read(t)); n != 2 {
		t.Errorf("%d facts, want 2", n)
	}
}

func settledWithoutFacts(t *testing.T, b bundle) {
	ids := []uuid.UUID{b.append(t, event.Submit, "c1", submitted)[0].ID, b.append(t, event.Submit, "c2", withdrawn)[0].ID}
	first, second := b.take(t, event.Notify, ids[0]), b.take(t, event.Notify, ids[1])
	if err := b.Open(event.Notify).Settle(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	recorded := b.record(t, eventlog.Record{Key: b.key, Cause: b.by(event.Notify, "c"), Settles: &second})
	if len(recorded) != 0 {
		t.Errorf("an append without facts recorded %+v", recorded)
	}
	b.Elapse(eventlog.HoldFor)
	for _, id := range ids {
		b.cannotTake(t, event.Notify, id, "it was settled")
	}
}

func failedWaits(t *testing.T, b bundle) {
	id := b.append(t, event.Submit, "c1", submitted)[0].ID
	if err := b.Open(event.Approve).Fail(t.Context(), b.take(t, event.Approve, id), "vCenter is away", time.Minute, false); err != nil {
		t.Fatal(err)
	}
	if _, _, ok, err := b.Open(event.Approve).Take(t.Context(), event.Approve, b.tenant, id); ok || !errors.Is(err, eventlog.ErrEarly) {
		t.Errorf("taken %t, %v; want it to say that it has to wait", ok, err)
	}
	b.cannotTake(t, event.Provision, id, "nobody else has to wait for it")
	if owed := b.owed(t, event.Approve); len(owed) != 0 {
		t.Errorf("owed while waiting: %+v", owed)
	}
	b.Elapse(time.Minute)
	if w := b.take(t, event.Approve, id); w.Attempt != 2 {
		t.Errorf("attempt %d, want 2", w.Attempt)
	}
}

func deadLetterStays(t *testing.T, b bundle) {
	dead := b.append(t, event.Submit, "c1", submitted)[0].ID
	if err := b.Open(event.Notify).Fail(t.Context(), b.take(t, event.Notify, dead), "no such template", 0, true); err != nil {
		t.Fatal(err)
	}
	b.Elapse(24 * time.Hour)
	b.cannotTake(t, event.Notify, dead, "it is a dead letter")
	next := b.append(t, event.Submit, "c2", withdrawn)[0].ID
	if owed := b.owed(t, event.Notify); len(owed) != 1 || owed[0].Fact != next {
		t.Errorf("owed %+v, want only the later fact: a dead letter blocks nothing", owed)
	}
}

// anyReasonIsKept: a reason is whatever an error or a panic said.
func anyReasonIsKept(t *testing.T, b bundle) {
	for i, reason := range []string{"", "nil\x00byte", "broken \xff\xfe text", strings.Repeat("ü", 100_000), "x" + strings.Repeat("€", 5000)} {
		id := b.append(t, event.Submit, strconv.Itoa(i), submittedOr(i))[0].ID
		if err := b.Open(event.Notify).Fail(t.Context(), b.take(t, event.Notify, id), reason, time.Hour, false); err != nil {
			t.Errorf("reason %d: %v", i, err)
		}
		if _, _, _, err := b.Open(event.Notify).Take(t.Context(), event.Notify, b.tenant, id); !errors.Is(err, eventlog.ErrEarly) {
			t.Errorf("reason %d: %v; want it given back to wait", i, err)
		}
	}
}

// submittedOr is a request's first or a later fact, both owed to notify.
func submittedOr(i int) event.Fact {
	if i == 0 {
		return submitted
	}
	return withdrawn
}

func owedIsOnlyOnesOwn(t *testing.T, b bundle) {
	b.append(t, event.Submit, "c1", submitted)
	other := b
	other.tenant = uuid.Must(uuid.NewV7())
	other.key = eventlog.Key{Tenant: other.tenant, Stream: uuid.Must(uuid.NewV7())}
	other.append(t, event.Submit, "c1", submitted)
	b.promise(t, event.Provision, eventlog.Timer{Kind: "observe", Due: b.ago(time.Minute)})

	owed := b.owed(t, event.Approve)
	if len(owed) != 2 || owed[0].Key != b.key || owed[1].Key != other.key {
		t.Errorf("approve owes %+v, want a fact of each tenant", owed)
	}
	for _, w := range owed {
		if w.Function != event.Approve || w.IsTimer() || w.Fact == uuid.Nil {
			t.Errorf("approve owes %+v", w)
		}
	}
	if owed := b.owed(t, event.Provision); len(owed) != 1 || owed[0].Kind != "observe" || owed[0].Key != b.key || owed[0].Fact != uuid.Nil {
		t.Errorf("provision owes %+v, want its timer", owed)
	}
	if owed := b.owed(t, event.Web); len(owed) != 0 {
		t.Errorf("web owes %+v, want nothing", owed)
	}
}

func owedOldestFirst(t *testing.T, b bundle) {
	var want []uuid.UUID
	want = append(want, b.append(t, event.Submit, "c1", submitted)[0].ID)
	for i := range 4 {
		want = append(want, b.append(t, event.Submit, "w"+strconv.Itoa(i), withdrawn)[0].ID)
	}
	owed, err := b.Open(event.Notify).Owed(t.Context(), event.Notify, 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []uuid.UUID
	for _, w := range owed {
		got = append(got, w.Fact)
	}
	if !slices.Equal(got, want[:3]) {
		t.Errorf("owed %v, want the three oldest of %v", got, want)
	}
}
