package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/telemetry"
)

// Bounds of a request. A stream lifts the time limits for itself.
const (
	maxBody   = 1 << 20
	writeTime = time.Minute
)

var (
	errPanic  = errors.New("panic")
	errFailed = errors.New("answered with a failure")
)

// Wrap lets requests through to next, in their trace, and measures them in m.
func Wrap(next http.Handler, m *Metrics, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := now()
		r, found, span := begin(r)
		ctx := r.Context()
		a := &answer{ResponseWriter: w}
		_ = http.NewResponseController(w).SetWriteDeadline(began.Add(writeTime)) // not every writer can
		r.Body = http.MaxBytesReader(a, r.Body, maxBody)
		defer func() {
			caught(ctx, a, recover())
			a.status = max(a.status, http.StatusOK) // what net/http says for who says nothing
			took, pattern := now().Sub(began), found.name(r)
			m.answered(r, pattern, a, took)
			span.Name(r.Method+" "+pattern, telemetry.Route(pattern), telemetry.Status(a.status))
			span.End(failure(a.status))
			slog.Log(ctx, level(r, a.status), "request", "method", r.Method, "path", r.URL.Path, "status", a.status, "bytes", a.bytes, "ms", took.Milliseconds())
		}()
		next.ServeHTTP(a, r)
	})
}

// caught answers for a handler that panicked, if it has not answered itself.
func caught(ctx context.Context, a *answer, p any) {
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	slog.ErrorContext(ctx, "panic", "value", p, "stack", string(debug.Stack()))
	if a.status == 0 {
		fault.WriteProblem(a, errPanic, TraceID(ctx))
	}
}

// failure is what a trace calls one: what we did wrong, not what was refused.
func failure(status int) error {
	if status >= http.StatusInternalServerError {
		return errFailed
	}
	return nil
}

// level keeps what nobody asks about out of the log.
func level(r *http.Request, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelWarn
	case watched(r):
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// An answer remembers what was answered.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
