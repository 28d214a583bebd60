package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// An AuditFact is one fact of the log with what proves it.
type AuditFact struct {
	ID         uuid.UUID      `json:"id" format:"uuid"`
	Type       string         `json:"type"`
	StreamID   uuid.UUID      `json:"stream_id" format:"uuid"`
	Version    int64          `json:"version"`
	OccurredAt time.Time      `json:"occurred_at"`
	RecordedAt time.Time      `json:"recorded_at"`
	Actor      Actor          `json:"actor"`
	Source     string         `json:"source"`
	CauseID    string         `json:"cause_id"`
	Hash       string         `json:"hash" doc:"SHA-256, hexadecimal; links the fact to its predecessor in the stream."`
	Data       map[string]any `json:"data" doc:"The fact's own fields. Sealed texts stay closed: {\"sealed\":true,\"person\":id}."`
}

// An AuditFactPage is a page of facts.
type AuditFactPage struct {
	Items      []AuditFact `json:"items"`
	NextCursor *string     `json:"next_cursor"`
}

type factQuery struct {
	Paging
	Type   string    `query:"type" maxLength:"100"`
	Person string    `query:"person" format:"uuid" doc:"Who did it."`
	Object string    `query:"object" format:"uuid" doc:"The stream: what it happened to."`
	From   time.Time `query:"from" doc:"Recorded at this moment or after."`
	To     time.Time `query:"to" doc:"Recorded before this moment."`
}

func (a *API) mountAudit(h huma.API) {
	op := endpoint("list-audit-facts", http.MethodGet, "/api/v1/audit/facts", "audit", "What is in the log? Newest first.")
	handle(h, op, func(ctx context.Context, in *factQuery) (*body[AuditFactPage], error) {
		who := callerOf(ctx)
		after, err := parseCursor("facts", in.Cursor)
		if err != nil {
			return nil, err
		}
		if err := a.allowed(ctx, who, authz.AuditRead, uuid.Nil, uuid.Nil); err != nil {
			return nil, err
		}
		rows, err := a.facts.List(ctx, who.Tenant, in.filter(after))
		if err != nil {
			return nil, err
		}
		rows, next := page(rows, in.Limit, func(f readmodel.Fact) cursor { return cursor{List: "facts", Pos: f.Position} })
		items, err := a.auditFacts(ctx, who.Tenant, rows)
		if err != nil {
			return nil, err
		}
		return answer(AuditFactPage{Items: items, NextCursor: next}), nil
	})
}

// filter is what the query asks of the log. Its ids were checked as its form was.
func (q *factQuery) filter(after cursor) readmodel.FactFilter {
	f := readmodel.FactFilter{Type: q.Type, From: q.From, To: q.To, Before: after.Pos, Limit: q.Limit + 1}
	if id, err := uuid.Parse(q.Person); err == nil {
		f.Actor = event.Person(id).String()
	}
	if id, err := uuid.Parse(q.Object); err == nil {
		f.Stream = id
	}
	return f
}

func (a *API) auditFacts(ctx context.Context, tenant uuid.UUID, rows []readmodel.Fact) ([]AuditFact, error) {
	var people []uuid.UUID
	for _, f := range rows {
		people = append(people, personIn(f.Actor))
	}
	b, err := a.book(ctx, tenant, people...)
	if err != nil {
		return nil, err
	}
	items := make([]AuditFact, len(rows))
	for i, f := range rows {
		data, err := fields(f.Data)
		if err != nil {
			return nil, err
		}
		boxes(data, func(s event.Sealed) any { return map[string]any{"sealed": true, "person": s.Person} })
		items[i] = AuditFact{
			ID: f.ID, Type: string(f.Type), StreamID: f.Stream, Version: f.Version, OccurredAt: f.OccurredAt.UTC(), RecordedAt: f.RecordedAt.UTC(),
			Actor: b.actor(f.Actor), Source: f.Source, CauseID: f.CauseID, Hash: hex.EncodeToString(f.Hash), Data: data,
		}
	}
	return items, nil
}
