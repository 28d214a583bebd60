package pglog

import (
	"context"
	"time"

	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrUnsettled says that a transaction which may still add to the past has not
// ended.
var ErrUnsettled = fault.New(fault.Transient, "log_unsettled", "The event log is busy. Please try again shortly.")

// Bounds of waiting for the past to settle. Appends take milliseconds and cannot
// take longer than the statement timeout.
const (
	settleLimit = 15 * time.Second
	settlePause = 20 * time.Millisecond
)

const (
	selectNext   = `select pg_snapshot_xmax(pg_current_snapshot())::text`
	selectPassed = `select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8`
)

// Horizon returns the extent of what was recorded before the call: below the next
// transaction's number as of the call, after all before it have ended. It returns
// ErrUnsettled if somebody's transaction does not come to an end.
func (l *Log) Horizon(ctx context.Context, tenant uuid.UUID) (eventlog.Extent, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, settleLimit, ErrUnsettled)
	defer cancel()
	next, err := Select(ctx, l, tenant, pgx.RowTo[string], selectNext)
	if err != nil {
		return eventlog.Extent{}, err
	}
	for {
		passed, err := Select(ctx, l, tenant, pgx.RowTo[bool], selectPassed, next[0])
		if err != nil {
			return eventlog.Extent{}, err
		}
		if passed[0] {
			return eventlog.Extent{Below: next[0]}, nil
		}
		select {
		case <-time.After(settlePause):
		case <-ctx.Done():
			return eventlog.Extent{}, context.Cause(ctx)
		}
	}
}
