package live

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/session"
	"github.com/google/uuid"
)

var (
	acme = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	ada  = identity.Caller{Person: uuid.New(), Tenant: acme, Roles: []string{"user"}}
	bob  = identity.Caller{Person: uuid.New(), Tenant: acme, Roles: []string{"approver"}}
)

// a history is a log in memory; all requests in it are ada's.
type history struct {
	mu   sync.Mutex
	all  []readmodel.Change
	down bool
	met  int // how often that was met
}

var errDown = errors.New("down")

// set takes the log away, or gives back its first n facts.
func (h *history) set(down bool, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down, h.all = down, h.all[:n]
}

func (h *history) wasMet() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.met > 0
}

func (h *history) add(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for range n {
		at := len(h.all) + 1
		h.all = append(h.all, readmodel.Change{
			Place: readmodel.Place{XID: strconv.Itoa(1000 + at), Position: int64(at)}, Tenant: acme, Stream: uuid.New(), Version: 1, Type: "io.dcm.request.submitted.v1",
		})
	}
}

func (h *history) Now(context.Context) (readmodel.Place, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		return readmodel.Place{}, errDown
	}
	return readmodel.Place{XID: strconv.Itoa(1001 + len(h.all))}, nil
}

func (h *history) After(_ context.Context, p readmodel.Place, limit int) ([]readmodel.Change, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		h.met++
		return nil, errDown
	}
	var out []readmodel.Change
	for _, c := range h.all {
		if after(c.Place, p) && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, nil
}

func (h *history) Requesters(_ context.Context, _ uuid.UUID, streams []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	owners := map[uuid.UUID]uuid.UUID{}
	for _, s := range streams {
		owners[s] = ada.Person
	}
	return owners, nil
}

func (h *history) Data(context.Context, uuid.UUID, []readmodel.Change) ([]readmodel.Fact, error) {
	return nil, nil
}

type always struct{}

func (always) Alive(context.Context, *http.Request) error { return nil }

// joined is ada's view.
func joined(t *testing.T, hub *Hub) *viewer {
	t.Helper()
	v, _, err := hub.join(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

// The server's limit on reading a request must not end a stream.
func TestStreamOutlivesTheServersLimits(t *testing.T) {
	t.Parallel()
	log := &history{}
	hub := New(t.Context(), log, time.Now)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hub.Handler(always{}).ServeHTTP(w, r.WithContext(session.WithCaller(r.Context(), ada)))
	}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	defer server.Close()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	time.Sleep(700 * time.Millisecond)
	log.add(1)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if lines.Text() == "event: change" {
			return
		}
	}
	t.Errorf("the stream has ended: %v", lines.Err())
}

func TestSlowViewerIsLetGo(t *testing.T) {
	t.Parallel()
	log := &history{}
	hub := New(t.Context(), log, time.Now)
	v := joined(t, hub)
	for range backlog + 1 {
		hub.tell(t.Context(), []news{{Change: readmodel.Change{Tenant: acme, Type: "io.dcm.request.submitted.v1"}, person: ada.Person}}, readmodel.Place{XID: "1"})
	}
	if hub.Viewers() != 0 {
		t.Fatal("the viewer still holds everybody up")
	}
	n := 0
	for range v.news {
		n++
	}
	if n != backlog {
		t.Errorf("%d pieces of news could still be read", n)
	}
	hub.leave(v) // twice does no harm
}

func TestViewsAreBounded(t *testing.T) {
	t.Parallel()
	hub := New(t.Context(), &history{}, time.Now)
	for range perPerson {
		if _, _, err := hub.join(t.Context(), ada); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := hub.join(t.Context(), ada); !errors.Is(err, errTooMany) {
		t.Errorf("one more: %v", err)
	}
	if _, _, err := hub.join(t.Context(), bob); err != nil {
		t.Errorf("another person: %v", err)
	}
}

// Nobody asks the database while nobody listens.
func TestFollowerStops(t *testing.T) {
	t.Parallel()
	log := &history{}
	hub := New(t.Context(), log, time.Now)
	for range 3 {
		v := joined(t, hub)
		log.add(2)
		until(t, "no news", func() bool { return len(v.news) > 0 })
		hub.leave(v)
		log.add(3) // nobody hears these
	}
	v := joined(t, hub)
	log.add(1)
	if n := <-v.news; len(n) != 1 || n[0].Place.Position != 16 {
		t.Errorf("a newcomer heard of %+v", n)
	}
}

// TestLogGoesBack: after a restore that has lost facts viewers are let go, and told
// when they come back that they must ask for everything. After a restart that has
// lost nothing they hear on.
func TestLogGoesBack(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]int{"Restart": 9, "Restore": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &history{}
			hub := New(t.Context(), log, time.Now)
			v := joined(t, hub)
			log.add(9)
			heard := <-v.news
			last := heard[len(heard)-1].Place
			log.set(true, left)
			until(t, "nobody asks", log.wasMet)
			log.set(false, left)
			if left < 9 {
				until(t, "the view goes on behind the end of the log", func() bool { return hub.Viewers() == 0 })
			}
			log.add(1)
			if left == 9 {
				if n, ok := <-v.news; !ok || len(n) != 1 {
					t.Errorf("heard %+v, %v", n, ok)
				}
			}
			again, reached, err := hub.join(t.Context(), ada)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok, err := hub.missed(t.Context(), ada, last, reached); err != nil || ok != (left == 9) {
				t.Errorf("resumed: %v, %v", ok, err)
			}
			log.add(1)
			if n, ok := <-again.news; !ok || len(n) == 0 {
				t.Errorf("heard nothing: %v", ok)
			}
		})
	}
}

func TestMissed(t *testing.T) {
	t.Parallel()
	log := &history{}
	log.add(pollBatch + 10)
	hub := New(t.Context(), log, time.Now)
	cases := map[string]struct {
		reason      string
		caller      identity.Caller
		from, until readmodel.Place
		more        int
		want        int
		ok          bool
	}{
		"Some":     {"what is between the two, the end included", ada, log.all[2].Place, log.all[7].Place, 0, 5, true},
		"Batches":  {"more than one batch", ada, log.all[4].Place, log.all[len(log.all)-1].Place, 0, pollBatch + 5, true},
		"Nothing":  {"nothing happened meanwhile", ada, log.all[7].Place, log.all[7].Place, 0, 0, true},
		"Approver": {"an approver may see it too", bob, log.all[2].Place, log.all[7].Place, 0, 5, true},
		"Stranger": {"another tenant may not", identity.Caller{Person: ada.Person, Tenant: uuid.New(), Roles: ada.Roles}, log.all[2].Place, log.all[7].Place, 0, 0, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok, err := hub.missed(t.Context(), c.caller, c.from, c.until)
			if err != nil || ok != c.ok || len(got) != c.want {
				t.Errorf("got %d %v %v: %s", len(got), ok, err, c.reason)
			}
		})
	}
	t.Run("TooMuch", func(t *testing.T) {
		t.Parallel()
		long := &history{}
		long.add(replayMax + 1)
		if _, ok, err := New(t.Context(), long, time.Now).missed(t.Context(), ada, readmodel.Place{XID: "0"}, long.all[replayMax].Place); ok || err != nil {
			t.Errorf("got %v %v", ok, err)
		}
	})
}

func TestPlace(t *testing.T) {
	t.Parallel()
	p := readmodel.Place{XID: "18446744073709551615", Position: 12}
	if back, ok := placeOf(idOf(p)); !ok || back != p {
		t.Errorf("got %+v %v", back, ok)
	}
	for _, id := range []string{"", "1", "1.", ".1", "a.1", "1.-1", "1.2.3", " 1.2", strings.Repeat("9", 30) + ".1"} {
		if _, ok := placeOf(id); ok {
			t.Errorf("%q was taken for a place", id)
		}
	}
	if !after(readmodel.Place{XID: "10", Position: 1}, readmodel.Place{XID: "9", Position: 5}) || after(p, p) {
		t.Error("the order is by transaction, then position, in numbers")
	}
}

func TestSees(t *testing.T) {
	t.Parallel()
	auditor := identity.Caller{Person: uuid.New(), Tenant: acme, Roles: []string{"auditor"}}
	nobody := identity.Caller{Person: uuid.New(), Tenant: acme}
	cases := map[string]struct {
		reason string
		viewer identity.Caller
		typ    event.Type
		person uuid.UUID
		want   bool
	}{
		"OwnRequest":      {"one's own request", ada, "io.dcm.approval.granted.v1", ada.Person, true},
		"OthersRequest":   {"somebody else's", ada, "io.dcm.request.submitted.v1", bob.Person, false},
		"Approver":        {"approvers see all requests", bob, "io.dcm.provisioning.advanced.v1", ada.Person, true},
		"OwnInbox":        {"one's own inbox", ada, "io.dcm.notification.queued.v1", ada.Person, true},
		"OthersInbox":     {"an approver does not read others' mail", bob, "io.dcm.notification.queued.v1", ada.Person, false},
		"Auditor":         {"an auditor reads the whole log", auditor, "io.dcm.notification.queued.v1", ada.Person, true},
		"Denial":          {"a refusal is the auditor's business", auditor, "io.dcm.access.denied.v1", uuid.Nil, true},
		"DenialForOthers": {"and nobody else's", bob, "io.dcm.access.denied.v1", uuid.Nil, false},
		"Offering":        {"what is offered concerns everybody", ada, "io.dcm.connection.configured.v1", uuid.Nil, true},
		"Bundle":          {"bundles are the auditor's", ada, "io.dcm.audit.exported.v1", uuid.Nil, false},
		"NewerRelease":    {"what nobody knows yet", bob, "io.dcm.quota.changed.v1", uuid.Nil, false},
		"NoType":          {"a type that is none", ada, "nonsense", ada.Person, false},
		"NoRole":          {"no role, no news", nobody, "io.dcm.connection.configured.v1", uuid.Nil, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sees(c.viewer, news{Change: readmodel.Change{Tenant: acme, Type: c.typ}, person: c.person}); got != c.want {
				t.Errorf("got %v: %s", got, c.reason)
			}
		})
	}
}
