package api

import (
	"context"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/command"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// StuckWork is what a function owes and does not get done: a fact to act on, or
// a timer that has gone off.
type StuckWork struct {
	ID          uuid.UUID  `json:"id" format:"uuid" doc:"Of the row, for lists. Work is named by its function, its stream, and its fact or timer."`
	State       string     `json:"state" enum:"dead,overdue" doc:"Dead work was given up and waits for a replay; overdue work is still being tried."`
	Function    string     `json:"function" doc:"Who owes it, e.g. notify."`
	StreamID    uuid.UUID  `json:"stream_id" format:"uuid"`
	FactID      *uuid.UUID `json:"fact_id" format:"uuid" nullable:"true"`
	FactType    string     `json:"fact_type" doc:"Empty for a timer."`
	Timer       string     `json:"timer" doc:"The timer's kind; empty for a fact."`
	RequestID   *uuid.UUID `json:"request_id" format:"uuid" nullable:"true" doc:"The stream, if it is a request."`
	RequestName string     `json:"request_name" doc:"The name of its machine, or empty."`
	Attempts    int        `json:"attempts"`
	Since       time.Time  `json:"since" doc:"When it was due first."`
	NextTry     *time.Time `json:"next_try" doc:"Not before this moment. Null if it was given up."`
	Reason      string     `json:"reason" doc:"Why the last attempt failed, in the function's words; empty before the first."`
}

// A StuckPage is a page of stuck work.
type StuckPage struct {
	Items      []StuckWork `json:"items"`
	NextCursor *string     `json:"next_cursor"`
	Dead       int         `json:"dead" doc:"How much work was given up, on all pages."`
}

// A NewReplay names the work that is to be tried again.
type NewReplay struct {
	Function string    `json:"function" maxLength:"100"`
	StreamID uuid.UUID `json:"stream_id" format:"uuid"`
	FactID   uuid.UUID `json:"fact_id,omitzero" format:"uuid" doc:"The fact that is owed, unless it is a timer."`
	Timer    string    `json:"timer,omitempty" maxLength:"200" doc:"The kind of the timer that is owed, unless it is a fact."`
}

// A Replay is the record of what was replayed.
type Replay struct {
	ID uuid.UUID `json:"id" format:"uuid" doc:"The stream in which the replays of this work are recorded."`
}

type stuckQuery struct {
	Paging
	State string `query:"state" enum:"dead,overdue" doc:"Only what is in this state."`
}

func (a *API) mountStuck(h huma.API) {
	handle(h, endpoint("list-stuck", http.MethodGet, "/api/v1/stuck", "stuck", "What was given up, or is owed for too long? Oldest first."), a.listStuck)
	handle(h, endpoint("replay-stuck", http.MethodPost, "/api/v1/stuck/replay", "stuck", "Have work that was given up tried again."), a.replayStuck)
}

func (a *API) listStuck(ctx context.Context, in *stuckQuery) (*body[StuckPage], error) {
	who := callerOf(ctx)
	after, err := parseCursor("stuck", in.Cursor)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.WorkRead, uuid.Nil, uuid.Nil); err != nil {
		return nil, err
	}
	dead, err := a.stuck.CountDead(ctx, who.Tenant)
	if err != nil {
		return nil, err
	}
	rows, err := a.stuck.List(ctx, who.Tenant, in.State, after.mark(), in.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, in.Limit, func(w readmodel.StuckWork) cursor {
		return cursor{List: "stuck", At: w.Since.UTC(), ID: w.ID}
	})
	items := make([]StuckWork, len(rows))
	for i, w := range rows {
		items[i] = stuckView(w)
	}
	return answer(StuckPage{Items: items, NextCursor: next, Dead: dead}), nil
}

func stuckView(w readmodel.StuckWork) StuckWork {
	out := StuckWork{
		ID: w.ID, State: w.State, Function: string(w.Function), StreamID: w.Stream, FactType: string(w.Type), Timer: w.Timer,
		RequestName: w.Request, Attempts: w.Attempts, Since: w.Since.UTC(), NextTry: utc(w.NextTry), Reason: eventlog.Gist(w.Reason),
	}
	if w.Fact != uuid.Nil {
		out.FactID = &w.Fact
	}
	if w.Request != "" {
		out.RequestID = &w.Stream
	}
	return out
}

func (a *API) replayStuck(ctx context.Context, in *submission[NewReplay]) (*body[Replay], error) {
	id, err := a.send(ctx, callerOf(ctx), command.Command{Type: command.ReplayWork, Key: in.Key, Data: in.Body})
	if err != nil {
		return nil, err
	}
	return answer(Replay{ID: id}), nil
}
