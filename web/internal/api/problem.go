package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"dcm.io/shared/fault"
	"dcm.io/web/internal/command"
	"dcm.io/web/internal/edge"
	"github.com/danielgtaylor/huma/v2"
)

// A Problem is what a caller is told when something is not as they wanted, by
// RFC 9457.
type Problem struct {
	fault.Problem
	retryAfter string
}

// Error is what the caller is told.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the answer's status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are those that go with the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter != "" {
		h.Set("Retry-After", p.retryAfter)
	}
	return h
}

// problemOf says what a caller may know of err, and logs what they may not.
func problemOf(ctx context.Context, err error) *Problem {
	var refusal *command.Refusal
	if errors.As(err, &refusal) {
		slog.InfoContext(ctx, "a function refused", "error", err.Error())
		return &Problem{Problem: refusal.Problem, retryAfter: refusal.RetryAfter}
	}
	level := slog.LevelInfo
	p := &Problem{Problem: fault.ProblemOf(err, edge.TraceID(ctx))}
	switch fault.KindOf(err) {
	case fault.Internal:
		level = slog.LevelError
	case fault.Transient:
		level, p.retryAfter = slog.LevelWarn, "5"
	}
	slog.Log(ctx, level, "not answered", "error", err.Error())
	return p
}

// newProblem makes a problem of what huma finds wrong with a request's form.
func newProblem(status int, _ string, errs ...error) huma.StatusError {
	return &Problem{Problem: formProblem(status, "", errs)}
}

func newProblemIn(c huma.Context, status int, _ string, errs ...error) huma.StatusError {
	if status == http.StatusInternalServerError {
		return problemOf(c.Context(), errors.Join(errs...))
	}
	return &Problem{Problem: formProblem(status, edge.TraceID(c.Context()), errs)}
}
