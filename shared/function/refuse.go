package function

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// refuse logs why a command is not carried out, and records it if it was denied.
func (h *handler) refuse(ctx context.Context, c Command, err error) {
	level := slog.LevelInfo
	switch fault.KindOf(err) {
	case fault.Internal, fault.Transient:
		level = slog.LevelError
	case fault.Denied:
		h.recordDenial(ctx, c, err)
	}
	h.Logger.Log(ctx, level, "command not carried out", "command", c.Type, "error", err.Error())
}

// recordDenial appends the refusal as a fact, in a stream of its own so that it
// competes with nothing. A refusal that cannot be recorded is still a refusal.
func (h *handler) recordDenial(ctx context.Context, c Command, err error) {
	reason := "denied"
	var e *fault.Error
	if errors.As(err, &e) {
		reason = e.Code
	}
	resource, _ := uuid.Parse(c.Subject) // a command without a subject is about nothing yet
	_, failed := h.Log.Append(ctx, eventlog.Record{
		Key:   eventlog.Key{Tenant: c.Caller.Tenant, Stream: event.DeriveID(c.Caller.Tenant, "access", c.Cause.ID)},
		Cause: c.Cause,
		Facts: []event.Fact{event.AccessDenied{
			Action: strings.TrimPrefix(c.Type, "io.dcm."), Resource: resource, Reason: reason, Function: string(h.Name),
		}},
	})
	if failed != nil && !errors.Is(failed, eventlog.ErrReused) {
		h.Logger.ErrorContext(ctx, "a denial could not be recorded", "error", failed.Error())
	}
}
