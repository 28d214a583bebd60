package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/function"
)

// Bounds of a request. A stream lifts the time limits for itself.
const (
	maxBody   = 1 << 20
	writeTime = time.Minute
)

var errPanic = errors.New("panic")

// Wrap lets requests through to next and counts them in m.
func Wrap(next http.Handler, m *Metrics, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, began := traceOf(r.Header), now()
		ctx := context.WithValue(r.Context(), traceKey{}, t)
		ctx = function.WithLog(ctx, slog.String("trace", t.id))
		a := &answer{ResponseWriter: w}
		_ = http.NewResponseController(w).SetWriteDeadline(began.Add(writeTime)) // not every writer can
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(a, r.Body, maxBody)
		defer func() {
			caught(ctx, a, recover())
			took := now().Sub(began)
			m.count(a.status, took)
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

// level keeps what nobody asks about out of the log.
func level(r *http.Request, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelWarn
	case strings.HasPrefix(r.URL.Path, "/api/"), strings.HasPrefix(r.URL.Path, "/auth/"):
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
