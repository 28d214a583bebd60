package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// Bounds of the live view.
const (
	pollEvery    = 50 * time.Millisecond
	pollAgain    = time.Second // after the database could not be asked
	pollBatch    = 500
	replayMax    = 5000 // changes; who missed more asks for everything again
	backlog      = 256  // news that a slow viewer may be behind
	perPerson    = 12   // open pages
	pollPatience = 5 * time.Second
)

var (
	errTooMany  = fault.New(fault.Transient, "too_many_views", "Too many live views are open. Close some pages of the portal.")
	errDraining = fault.New(fault.Transient, "draining", "This process is about to stop. Please connect again.")
)

// A Hub follows the log while somebody listens. It is safe for concurrent use.
type Hub struct {
	changes Changes
	now     func() time.Time
	ending  context.Context // ends when the process drains

	mu      sync.Mutex
	viewers map[*viewer]struct{}
	reached readmodel.Place // what the viewers have been told; zero until known
	stop    context.CancelFunc
}

// A viewer is one open page.
type viewer struct {
	caller identity.Caller
	news   chan []news     // closed when the viewer is let go
	place  readmodel.Place // up to where it has heard all; of the view's own goroutine
}

// New makes a hub that ends with ctx.
func New(ctx context.Context, c Changes, now func() time.Time) *Hub {
	h := &Hub{changes: c, now: now, ending: ctx, viewers: map[*viewer]struct{}{}}
	context.AfterFunc(ctx, h.dismiss)
	return h
}

// Viewers counts open views.
func (h *Hub) Viewers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.viewers)
}

// join adds a viewer and tells the place from which on it will hear news. The
// first one starts the follower.
func (h *Hub) join(ctx context.Context, c identity.Caller) (*viewer, readmodel.Place, error) {
	now, err := h.changes.Now(ctx) // only the first needs it, but not under the lock
	if err != nil {
		return nil, now, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ending.Err() != nil {
		return nil, now, errDraining
	}
	same := 0
	for v := range h.viewers {
		if v.caller.Person == c.Person {
			same++
		}
	}
	if same >= perPerson {
		return nil, now, errTooMany
	}
	if len(h.viewers) == 0 {
		following, stop := context.WithCancel(h.ending)
		h.reached, h.stop = now, stop
		go h.follow(following, now)
	}
	v := &viewer{caller: c, news: make(chan []news, backlog), place: h.reached}
	h.viewers[v] = struct{}{}
	return v, h.reached, nil
}

// heard is up to where a viewer has heard everything: as far as the follower is
// if nothing waits to be passed on. Only the view's own goroutine may ask.
func (h *Hub) heard(v *viewer) readmodel.Place {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(v.news) == 0 {
		v.place = h.reached
	}
	return v.place
}

// leave removes a viewer; the last one stops the follower.
func (h *Hub) leave(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(v)
}

func (h *Hub) remove(v *viewer) {
	if _, ok := h.viewers[v]; !ok {
		return
	}
	delete(h.viewers, v)
	close(v.news)
	if len(h.viewers) == 0 {
		h.stop()
	}
}

func (h *Hub) dismiss() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.viewers {
		h.remove(v)
	}
}

// follow reads from place on until ctx ends.
func (h *Hub) follow(ctx context.Context, place readmodel.Place) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for unsure := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		next, more, err := h.poll(ctx, place, unsure)
		unsure = err != nil // another database may answer from now on
		switch {
		case err != nil:
			if !errors.Is(err, context.Canceled) {
				slog.WarnContext(ctx, "live view cannot follow the log", "error", err.Error())
			}
			wait.Reset(pollAgain)
		case more:
			place = next
			wait.Reset(0)
		default:
			place = next
			wait.Reset(pollEvery)
		}
	}
}

// orient lets all viewers go if the log ends before the place: it was restored, or a
// standby that lagged behind has taken over. From there on nothing would be heard
// until as much has happened again. The pages come back and ask for everything.
func (h *Hub) orient(ctx context.Context, place readmodel.Place) error {
	now, err := h.changes.Now(ctx)
	if err != nil || !after(place, now) {
		return err
	}
	slog.WarnContext(ctx, "the log ends before what the live view has shown: was the database restored?", "shown", idOf(place), "end", idOf(now))
	h.dismiss()
	return nil
}

// poll reads once and tells the viewers, if need be after a look whether the place
// is still one. There may be more if the batch is full.
func (h *Hub) poll(ctx context.Context, place readmodel.Place, unsure bool) (next readmodel.Place, more bool, err error) {
	asking, cancel := context.WithTimeout(ctx, pollPatience)
	defer cancel()
	if unsure {
		if err := h.orient(asking, place); err != nil {
			return place, false, err
		}
	}
	changes, err := h.changes.After(asking, place, pollBatch)
	if err != nil || len(changes) == 0 {
		return place, false, err
	}
	found, err := concerning(asking, h.changes, changes, h.hasViewers())
	if err != nil {
		return place, false, err
	}
	next = changes[len(changes)-1].Place
	h.tell(ctx, found, next)
	return next, len(changes) == pollBatch, nil
}

// hasViewers tells in which tenants somebody listens now.
func (h *Hub) hasViewers() func(uuid.UUID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	tenants := map[uuid.UUID]bool{}
	for v := range h.viewers {
		tenants[v.caller.Tenant] = true
	}
	return func(t uuid.UUID) bool { return tenants[t] }
}

// tell hands news to those who may see them. A follower that was stopped
// meanwhile has nothing to tell: a newer one is at work.
func (h *Hub) tell(ctx context.Context, all []news, reached readmodel.Place) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	h.reached = reached
	for v := range h.viewers {
		mine := visibleTo(v.caller, all)
		if len(mine) == 0 {
			continue
		}
		select {
		case v.news <- mine:
		default: // too slow
			h.remove(v)
		}
	}
}

func visibleTo(c identity.Caller, all []news) []news {
	var mine []news
	for _, n := range all {
		if sees(c, n) {
			mine = append(mine, n)
		}
	}
	return mine
}

// missed is what the caller may see of what was recorded behind from, up to and
// including until. It gives up, with false, if that is too much, or if from is
// nowhere in this log: that was restored meanwhile.
func (h *Hub) missed(ctx context.Context, c identity.Caller, from, until readmodel.Place) ([]news, bool, error) {
	if now, err := h.changes.Now(ctx); err != nil || after(from, now) {
		return nil, false, err
	}
	var mine []news
	for read := 0; read < replayMax; {
		changes, err := h.changes.After(ctx, from, pollBatch)
		if err != nil {
			return nil, false, err
		}
		read += len(changes)
		full := len(changes) == pollBatch
		for i, n := range changes {
			if after(n.Place, until) {
				changes, full = changes[:i], false
				break
			}
		}
		found, err := concerning(ctx, h.changes, changes, func(t uuid.UUID) bool { return t == c.Tenant })
		if err != nil {
			return nil, false, err
		}
		mine = append(mine, visibleTo(c, found)...)
		if !full {
			return mine, true, nil
		}
		from = changes[len(changes)-1].Place
	}
	return nil, false, nil
}
