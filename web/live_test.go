package main

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/web/internal/issuertest"
	"github.com/google/uuid"
)

// A page listens.
type page struct {
	t      *testing.T
	events chan sse
	stop   context.CancelFunc
}

type sse struct{ id, name, data string }

// listen opens a live view, after last if that is not empty.
func (b *bench) listen(c *client, last string) *page {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	b.t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+"/api/v1/live", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Fatalf("listening: %s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	p := &page{t: b.t, events: make(chan sse, 100), stop: stop}
	go func() {
		defer resp.Body.Close()
		defer close(p.events)
		var e sse
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					p.events <- e
				}
				e = sse{}
			}
		}
	}()
	return p
}

// next is the next event, which must be of that name. Transactions of other
// tests on the same server hold changes back for a while.
func (p *page) next(name string) sse {
	p.t.Helper()
	select {
	case e, ok := <-p.events:
		if !ok || e.name != name {
			p.t.Fatalf("got %+v (%v), want %s", e, ok, name)
		}
		return e
	case <-time.After(30 * time.Second):
		p.t.Fatalf("no %s", name)
	}
	return sse{}
}

// unaware expects that the page has heard nothing of some streams. What was
// recorded before the test listened may still be on its way.
func (p *page) unaware(streams ...uuid.UUID) {
	p.t.Helper()
	for {
		select {
		case e := <-p.events:
			for _, s := range streams {
				if strings.Contains(e.data, s.String()) {
					p.t.Errorf("got %+v, which is not theirs to know", e)
				}
			}
		default:
			return
		}
	}
}

func (b *bench) told(p issuertest.Person, id string) {
	b.record(p.Tenant, event.InboxStream(p.Tenant, idOf(p)), event.NotificationQueued{
		Notification: event.DeriveID(p.Tenant, "n", id), Message: "vm_ready", Recipient: idOf(p),
	})
}

// Each viewer hears of what is theirs to see, and of nothing else.
func TestLive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, p := range []issuertest.Person{ada, bob, cleo, dora, gwen} {
		b.bearer(p).get("/api/v1/me", http.StatusOK, nil) // so that nobody is introduced while we listen
	}
	mine, approver, auditor := b.listen(b.signedIn(ada), ""), b.listen(b.bearer(bob), ""), b.listen(b.bearer(cleo), "")
	colleague, stranger := b.listen(b.bearer(dora), ""), b.listen(b.bearer(gwen), "")
	for _, p := range []*page{mine, approver, auditor, colleague, stranger} {
		if e := p.next("hello"); e.data != `{"resumed":true}` || e.id == "" {
			t.Errorf("hello is %+v", e)
		}
	}
	settle := func(p *page, stream uuid.UUID) sse {
		for {
			if e := p.next("change"); strings.Contains(e.data, stream.String()) {
				return e
			}
		}
	}

	id := b.submitted(ada, "shop-1")
	want := `{"type":"io.dcm.request.submitted.v1","stream_id":"` + id.String() + `","version":1}`
	for _, p := range []*page{mine, approver, auditor} {
		if e := settle(p, id); e.data != want {
			t.Errorf("got %s, want %s", e.data, want)
		}
	}
	b.told(dora, "1")
	inbox := event.InboxStream(acme, idOf(dora))
	settle(colleague, inbox)
	settle(auditor, inbox)
	mine.unaware(inbox)
	approver.unaware(inbox)
	stranger.unaware(inbox, id)

	theirs := b.submitted(gwen, "other-1")
	settle(stranger, theirs)
	for _, p := range []*page{mine, approver, auditor} {
		p.unaware(theirs)
	}
	colleague.unaware(theirs, id)
}

// A page that comes back hears what it has missed, once and in order.
func TestLiveResumes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.bearer(ada)
	p := b.listen(c, "")
	p.next("hello")
	first := b.submitted(ada, "shop-1")
	seen := p.next("change")
	for !strings.Contains(seen.data, first.String()) {
		seen = p.next("change")
	}
	p.stop()
	second := b.submitted(ada, "shop-2")
	b.submitted(dora, "mail-1")
	b.record(acme, second, event.RequestWithdrawn{By: idOf(ada)})

	p = b.listen(c, seen.id)
	if e := p.next("hello"); e.data != `{"resumed":true}` {
		t.Errorf("hello is %+v", e)
	}
	for version := range 2 {
		e := p.next("change")
		if !strings.Contains(e.data, second.String()) || !strings.Contains(e.data, `"version":`+string(rune('1'+version))) {
			t.Errorf("got %s", e.data)
		}
	}
	third := b.submitted(ada, "shop-3")
	if e := p.next("change"); !strings.Contains(e.data, third.String()) {
		t.Errorf("got %s", e.data)
	}

	p = b.listen(c, "no.place")
	if e := p.next("hello"); e.data != `{"resumed":false}` {
		t.Errorf("from nowhere: %+v", e)
	}
}

// A process that stops ends its live views, and opens no new ones.
func TestLiveDrains(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := b.listen(b.bearer(ada), "")
	p.next("hello")
	b.stop()
	select {
	case e, open := <-p.events:
		if open {
			t.Errorf("got %+v", e)
		}
	case <-time.After(10 * time.Second):
		t.Error("the view is still open")
	}
	b.bearer(ada).get("/api/v1/live", http.StatusServiceUnavailable, nil)
}

func TestLiveNeedsACaller(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.browser().get("/api/v1/live", http.StatusUnauthorized, nil)
	resp, body := b.browser().do(http.MethodGet, "/metrics", nil, nil)
	if !strings.Contains(string(body), `dcm_web_request_seconds_count{method="GET",route="/api/v1/live",status="4xx"} 1`) {
		t.Errorf("%s %s", resp.Status, body)
	}
}

// TestMetricsAreForTheInside: who comes through a gateway is told nothing.
func TestMetricsAreForTheInside(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, header := range []string{"X-Forwarded-For", "Forwarded"} {
		resp, body := b.browser().do(http.MethodGet, "/metrics", nil, http.Header{header: {"for=192.0.2.1"}})
		if resp.StatusCode != http.StatusNotFound || strings.Contains(string(body), "dcm_") {
			t.Errorf("with %s: %s", header, resp.Status)
		}
	}
}
