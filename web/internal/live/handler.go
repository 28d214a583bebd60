package live

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/edge"
	"dcm.io/web/internal/session"
)

// How often a quiet view is heard of, and how often its session is looked at.
const (
	heartbeatEvery = 15 * time.Second
	checkEvery     = 4 // heartbeats
)

// Sessions says whether a listener may go on listening.
type Sessions interface {
	// Alive returns an error if whoever sent r would not be let through any more.
	// Asking does not keep a session alive.
	Alive(ctx context.Context, r *http.Request) error
}

// Handler answers GET /api/v1/live. Callers must have passed the guard.
func (h *Hub) Handler(s Sessions) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, who := r.Context(), session.CallerOf(r.Context())
		v, reached, err := h.join(ctx, who)
		if err != nil {
			fault.WriteProblem(w, err, edge.TraceID(ctx))
			return
		}
		defer h.leave(v)
		out, err := open(w, h.now)
		if err != nil {
			slog.ErrorContext(ctx, "no live view", "error", err.Error())
			return
		}
		if err := h.resume(ctx, out, who, r.Header.Get("Last-Event-ID"), reached); err != nil {
			slog.InfoContext(ctx, "live view ended", "error", err.Error())
			return
		}
		h.stay(out, v, func() error { return s.Alive(ctx, r) }, ctx.Done())
	})
}

// resume says hello and what was missed since last. Without last nothing was.
func (h *Hub) resume(ctx context.Context, out stream, who identity.Caller, last string, reached readmodel.Place) error {
	from, ok := placeOf(last)
	if !ok {
		return out.hello(reached, last == "")
	}
	missed, ok, err := h.missed(ctx, who, from, reached)
	if err != nil {
		return err
	}
	if err := out.hello(from, ok); err != nil {
		return err
	}
	return out.changes(missed)
}

// stay passes news on until the viewer goes or is let go.
func (h *Hub) stay(out stream, v *viewer, alive func() error, gone <-chan struct{}) {
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for beats := 1; ; {
		var err error
		select {
		case <-gone:
			return
		case all, ok := <-v.news:
			if !ok {
				return
			}
			v.place = all[len(all)-1].Place
			err = out.changes(all)
		case <-beat.C:
			if beats++; beats%checkEvery == 0 && alive() != nil {
				return
			}
			err = out.heartbeat(h.heard(v))
		}
		if err != nil {
			return
		}
	}
}
