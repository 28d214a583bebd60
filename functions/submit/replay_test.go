package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/memory"
	"github.com/google/uuid"
)

// broken asks for a machine of which notify has given up to tell, and returns
// what notify owes.
func (b *bundle) broken() eventlog.Work {
	b.Helper()
	id := b.command("ute", "c1", "request.submit", uuid.Nil, wish).ID
	fact := b.log.Facts(tenant)[0].ID
	w, _, ok, err := b.log.Take(b.Context(), event.Notify, tenant, fact)
	if err != nil || !ok || w.Key.Stream != id {
		b.Fatalf("took %+v, %v, %v", w, ok, err)
	}
	b.giveUp(w)
	return w
}

func (b *bundle) giveUp(w eventlog.Work) {
	b.Helper()
	if err := b.log.Fail(b.Context(), w, "panic: no template\ngoroutine 7 [running]:", 0, true); err != nil {
		b.Fatal(err)
	}
}

// owes is what notify owes, and whether it has given it up.
func (b *bundle) owes() memory.Debt {
	b.Helper()
	debts := b.log.Debts(event.Notify)
	if len(debts) != 1 {
		b.Fatalf("notify owes %+v, want one piece of work", debts)
	}
	return debts[0]
}

// name names work as the portal does.
func name(w eventlog.Work) string {
	text, err := json.Marshal(named{Function: w.Function, Stream: w.Key.Stream, Fact: w.Fact, Timer: w.Kind})
	if err != nil {
		panic(err) // it is made of plain values
	}
	return string(text)
}

func TestReplay(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	w := b.broken()
	first := b.command("tess", "r1", "work.replay", uuid.Nil, name(w))
	if first.Status != 200 || first.ID == uuid.Nil {
		t.Fatalf("answer %+v", first)
	}
	if d := b.owes(); d.Dead || d.Attempt != 0 {
		t.Errorf("notify owes %+v, want it alive, before its first attempt", d)
	}
	b.want("who did it is recorded", "request.submitted work.replayed")
	e := b.log.Facts(tenant)[1]
	want := event.WorkReplayed{
		By: people["tess"].Person, Function: "notify", Stream: w.Key.Stream, Fact: w.Fact, FactType: "io.dcm.request.submitted.v1",
		Attempts: 1, Reason: "panic: no template",
	}
	if e.Fact != want || e.Stream != first.ID || e.Stream == w.Key.Stream {
		t.Errorf("recorded %+v in %s, want %+v in a stream of its own", e.Fact, e.Stream, want)
	}

	again, _, _, err := b.log.Take(t.Context(), event.Notify, tenant, w.Fact)
	if err != nil {
		t.Fatal(err)
	}
	b.giveUp(again)
	if a := b.command("tess", "r1", "work.replay", uuid.Nil, name(w)); !reflect.DeepEqual(a, first) {
		t.Errorf("want the same answer to the same command, got %+v and %+v", first, a)
	}
	if !b.owes().Dead {
		t.Error("the same command replays once, also if the work died anew")
	}
	if a := b.command("tess", "r2", "work.replay", uuid.Nil, name(w)); a.Status != 200 || a.ID != first.ID || b.owes().Dead {
		t.Errorf("another command replays again: %+v", a)
	}
	b.want("each replay is a fact", "request.submitted work.replayed work.replayed")
}

func TestReplayOfATimer(t *testing.T) {
	t.Parallel()
	b := setup(t, catalog{})
	stream := uuid.New()
	promise := eventlog.Record{
		Key: eventlog.Key{Tenant: tenant, Stream: stream}, Cause: eventlog.Cause{ID: "c", By: event.Notify},
		Timers: []eventlog.Timer{{Kind: "mail:1", Due: start}},
	}
	if _, err := b.log.Append(t.Context(), promise); err != nil {
		t.Fatal(err)
	}
	w, _, err := b.log.TakeTimer(t.Context(), event.Notify, promise.Key)
	if err != nil {
		t.Fatal(err)
	}
	b.giveUp(w)
	if a := b.command("tess", "r1", "work.replay", uuid.Nil, name(w)); a.Status != 200 {
		t.Fatalf("answer %+v", a)
	}
	if d := b.owes(); d.Dead || !d.Due.Equal(start) {
		t.Errorf("notify owes %+v, want its timer, due as before", d)
	}
	if f := b.log.Facts(tenant)[0].Fact.(event.WorkReplayed); f.Timer != "mail:1" || f.Fact != uuid.Nil || f.FactType != "" {
		t.Errorf("recorded %+v", f)
	}
}

func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		who    string
		change func(*bundle, *eventlog.Work)
		status int
		code   string
		facts  string // behind request.submitted
	}{
		"User":        {"whoever asks for machines does not run the tenant; that is remembered", "ute", nil, 403, "not_allowed", " access.denied"},
		"Approver":    {"nor does an approver", "anna", nil, 403, "not_allowed", " access.denied"},
		"Auditor":     {"sees it and changes nothing", "adam", nil, 403, "not_allowed", " access.denied"},
		"Nobody":      {"no token", "", nil, 401, "no_token", ""},
		"OtherTenant": {"what is not theirs is not there", "rita", nil, 409, "not_dead", ""},
		"Alive": {"somebody else was faster", "tess", func(b *bundle, w *eventlog.Work) {
			b.command("tess", "r0", "work.replay", uuid.Nil, name(*w))
		}, 409, "not_dead", " work.replayed"},
		"Done": {"it is done meanwhile", "tess", func(b *bundle, w *eventlog.Work) {
			if err := b.log.Settle(b.Context(), *w); err != nil {
				b.Fatal(err)
			}
		}, 409, "not_dead", ""},
		"OthersWork":   {"approve has not given it up", "tess", func(_ *bundle, w *eventlog.Work) { w.Function = event.Approve }, 409, "not_dead", ""},
		"UnknownFact":  {"there is no such fact", "tess", func(_ *bundle, w *eventlog.Work) { w.Fact = uuid.New() }, 409, "not_dead", ""},
		"Unnamed":      {"neither fact nor timer", "tess", func(_ *bundle, w *eventlog.Work) { w.Fact = uuid.Nil }, 422, "bad_work", ""},
		"NamedTwice":   {"both fact and timer", "tess", func(_ *bundle, w *eventlog.Work) { w.Kind = "mail" }, 422, "bad_work", ""},
		"NoStream":     {"work is about something", "tess", func(_ *bundle, w *eventlog.Work) { w.Key.Stream = uuid.Nil }, 422, "bad_work", ""},
		"NobodysWork":  {"work is somebody's", "tess", func(_ *bundle, w *eventlog.Work) { w.Function = "" }, 422, "bad_work", ""},
		"NoSuchWorker": {"nobody of that name owes anything", "tess", func(_ *bundle, w *eventlog.Work) { w.Function = "morgue" }, 409, "not_dead", ""},
	}
	for title, tc := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			b := setup(t, catalog{})
			w := b.broken()
			named := w
			if tc.change != nil {
				tc.change(b, &named)
			}
			if a := b.command(tc.who, "r1", "work.replay", uuid.Nil, name(named)); a.Status != tc.status || a.Code != tc.code {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			b.want(tc.reason, "request.submitted"+tc.facts)
			if got := b.types(rival); got != "" {
				t.Errorf("%s: the other tenant's log has %q", tc.reason, got)
			}
		})
	}
}

// TestReplayRings: the consumer is woken now, and not by its next tick.
func TestReplayRings(t *testing.T) {
	t.Parallel()
	rung := make(chan string, 10)
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rung <- r.Header.Get("Ce-Type") + " " + r.Header.Get("Ce-Id")
		w.WriteHeader(http.StatusAccepted)
	}))
	defer broker.Close()
	b := setupBeside(t, catalog{}, broker.URL)
	w := b.broken()
	b.command("tess", "r1", "work.replay", uuid.Nil, name(w))
	want := "io.dcm.request.submitted.v1 " + w.Fact.String()
	for range 2 { // no answer waits for announcing
		select {
		case heard := <-rung:
			if heard != want {
				t.Errorf("the broker heard %s, want %s, at first and for the replay", heard, want)
			}
		case <-t.Context().Done():
			t.Fatal("the broker hears nothing")
		}
	}
	if a := b.command("tess", "r2", "work.replay", uuid.Nil, name(w)); a.Status != 409 {
		t.Errorf("what is owed again was replayed again: %+v", a)
	}
	broker.Close() // after what is under way
	if len(rung) > 0 {
		t.Errorf("a refused replay woke somebody: %s", <-rung)
	}
}
