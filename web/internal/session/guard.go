package session

import (
	"context"
	"log/slog"
	"net/http"

	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/web/internal/edge"
)

// csrfHeader must be on every session's request that changes something. Pages of
// other origins cannot send it without our consent.
const csrfHeader = "X-DCM-Request"

var errCSRF = fault.New(fault.Denied, "csrf", "The request does not come from the portal: the header X-DCM-Request is missing.")

type callerKey struct{}

// CallerOf is who the guard has let through.
func CallerOf(ctx context.Context) identity.Caller {
	c, _ := ctx.Value(callerKey{}).(identity.Caller)
	return c
}

// WithCaller returns a context as the guard makes it.
func WithCaller(ctx context.Context, c identity.Caller) context.Context {
	ctx = context.WithValue(ctx, callerKey{}, c)
	return function.WithLog(ctx, slog.String("tenant", c.Tenant.String()), slog.String("person", c.Person.String()))
}

// Guard lets only callers through whom it knows: by their bearer token if there
// is one, else by their session.
func (s *Sessions) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := s.Caller(r.Context(), r)
		if err == nil {
			err = s.people.Introduce(r.Context(), c)
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithCaller(r.Context(), c)))
	})
}

// Caller finds out who is calling.
func (s *Sessions) Caller(ctx context.Context, r *http.Request) (identity.Caller, error) {
	if r.Header.Get("Authorization") != "" {
		return s.tokens.Caller(ctx, r)
	}
	if !safe(r.Method) && r.Header.Get(csrfHeader) == "" {
		return identity.Caller{}, errCSRF
	}
	return s.caller(ctx, r)
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func refuse(w http.ResponseWriter, r *http.Request, err error) {
	level := slog.LevelInfo
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Transient {
		level = slog.LevelError
	}
	slog.Log(r.Context(), level, "refused a caller", "error", err.Error())
	fault.WriteProblem(w, err, edge.TraceID(r.Context()))
}

// Alive returns an error if whoever sent r would not be let through any more.
// Asking does not keep a session alive.
func (s *Sessions) Alive(ctx context.Context, r *http.Request) error {
	if r.Header.Get("Authorization") != "" {
		_, err := s.tokens.Caller(ctx, r)
		return err
	}
	n, ok := s.nameIn(r)
	if !ok {
		return errEnded
	}
	_, ok, err := s.store.find(ctx, n, s.now())
	if err == nil && !ok {
		return errEnded
	}
	return err
}
