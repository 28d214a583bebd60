package api

import (
	"context"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A Timeline is everything that happened to a request, in order.
type Timeline struct {
	Items []TimelineItem `json:"items"`
}

// A TimelineItem is one fact.
type TimelineItem struct {
	ID         uuid.UUID      `json:"id" format:"uuid"`
	Type       string         `json:"type"`
	Version    int64          `json:"version"`
	OccurredAt time.Time      `json:"occurred_at"`
	Actor      Actor          `json:"actor"`
	Data       map[string]any `json:"data" doc:"The fact's own fields. Sealed texts are opened; null if their author was erased."`
}

// An Actor is who did something: a person, or a function of DCM.
type Actor struct {
	Kind string  `json:"kind" enum:"person,function"`
	ID   string  `json:"id"`
	Name *string `json:"name" doc:"Null if the person is unknown or erased."`
}

func (a *API) mountTimeline(h huma.API) {
	op := endpoint("get-timeline", http.MethodGet, "/api/v1/requests/{id}/timeline", "requests", "What happened to this request?")
	handle(h, op, func(ctx context.Context, in *RequestID) (*body[Timeline], error) {
		who := callerOf(ctx)
		id, err := idOf(in.ID)
		if err != nil {
			return nil, err
		}
		r, err := a.requests.Get(ctx, who.Tenant, id)
		if err != nil {
			return nil, err
		}
		if err := a.visible(ctx, who, authz.RequestRead, r.Requester, r.ID); err != nil {
			return nil, err
		}
		facts, err := a.log.Read(ctx, eventlog.Key{Tenant: who.Tenant, Stream: id})
		if err != nil {
			return nil, err
		}
		items, err := a.timeline(ctx, who.Tenant, facts)
		if err != nil {
			return nil, err
		}
		return answer(Timeline{Items: items}), nil
	})
}

func (a *API) timeline(ctx context.Context, tenant uuid.UUID, facts []event.Envelope) ([]TimelineItem, error) {
	var people []uuid.UUID
	data := make([]map[string]any, len(facts))
	for i, e := range facts {
		var err error
		if data[i], err = fields(e.Data); err != nil {
			return nil, err
		}
		people = append(people, personIn(e.Actor))
		boxes(data[i], func(s event.Sealed) any {
			people = append(people, s.Person)
			return s
		})
	}
	b, err := a.book(ctx, tenant, people...)
	if err != nil {
		return nil, err
	}
	items := make([]TimelineItem, len(facts))
	for i, e := range facts {
		boxes(data[i], func(s event.Sealed) any {
			text, e := b.open(ctx, s)
			if e != nil {
				err = e
			}
			return text
		})
		items[i] = TimelineItem{
			ID: e.ID, Type: string(e.Type), Version: e.Version, OccurredAt: e.OccurredAt.UTC(), Actor: b.actor(e.Actor), Data: data[i],
		}
	}
	return items, err
}

func (b *book) actor(a event.Actor) Actor {
	out := Actor{Kind: a.Kind, ID: a.ID}
	if p := personIn(a); p != uuid.Nil {
		out.Name = b.name(p)
	} else {
		out.Name = &out.ID
	}
	return out
}

// personIn is the person who acted, or nobody.
func personIn(a event.Actor) uuid.UUID {
	if a.Kind != "person" {
		return uuid.Nil
	}
	id, _ := uuid.Parse(a.ID) // an actor without an id is nobody
	return id
}
