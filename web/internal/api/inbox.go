package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/edge"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// An InboxItem is something that the caller was told.
type InboxItem struct {
	ID          uuid.UUID  `json:"id" format:"uuid"`
	Message     string     `json:"message" doc:"The kind of message, e.g. decision_needed."`
	RequestID   *uuid.UUID `json:"request_id" format:"uuid" nullable:"true"`
	BundleID    *uuid.UUID `json:"bundle_id" format:"uuid" nullable:"true"`
	SubjectName string     `json:"subject_name" doc:"Name of the machine, or empty."`
	CreatedAt   time.Time  `json:"created_at"`
	Read        bool       `json:"read"`
}

// An InboxPage is a page of the inbox.
type InboxPage struct {
	Items      []InboxItem `json:"items"`
	Unread     int         `json:"unread" doc:"In the whole inbox."`
	NextCursor *string     `json:"next_cursor"`
}

// An InboxRead says up to which moment the inbox was read.
type InboxRead struct {
	UpTo time.Time `json:"up_to"`
}

// InboxUnread counts what is still unread.
type InboxUnread struct {
	Unread int `json:"unread"`
}

func (a *API) mountInbox(h huma.API) {
	handle(h, endpoint("list-inbox", http.MethodGet, "/api/v1/inbox", "inbox", "What was I told? Newest first."), a.listInbox)
	handle(h, endpoint("read-inbox", http.MethodPost, "/api/v1/inbox/read", "inbox", "I have read everything up to here."), a.readInbox)
}

func (a *API) listInbox(ctx context.Context, in *Paging) (*body[InboxPage], error) {
	who := callerOf(ctx)
	after, err := parseCursor("inbox", in.Cursor)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.InboxRead, who.Person, uuid.Nil); err != nil {
		return nil, err
	}
	rows, err := a.inbox.List(ctx, who.Tenant, who.Person, after.mark(), in.Limit+1)
	if err != nil {
		return nil, err
	}
	unread, err := a.inbox.Unread(ctx, who.Tenant, who.Person)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, in.Limit, func(m readmodel.Message) cursor { return cursor{List: "inbox", At: m.QueuedAt.UTC(), ID: m.ID} })
	items := make([]InboxItem, len(rows))
	for i, m := range rows {
		items[i] = InboxItem{
			ID: m.ID, Message: m.Kind, RequestID: m.Request, BundleID: m.Bundle, SubjectName: m.Subject, CreatedAt: m.QueuedAt.UTC(), Read: m.Read,
		}
	}
	return answer(InboxPage{Items: items, Unread: unread, NextCursor: next}), nil
}

// reading is the decision on how far a person has read: only ever further.
var reading = decider.Decider[time.Time, event.NotificationRead]{
	Evolve: func(upTo time.Time, e event.Envelope) time.Time {
		if f, ok := e.Fact.(event.NotificationRead); ok && f.UpTo.After(upTo) {
			return f.UpTo
		}
		return upTo
	},
	Decide: func(upTo time.Time, c event.NotificationRead) (decider.Outcome, error) {
		if !c.UpTo.After(upTo) {
			return decider.Outcome{}, nil
		}
		return decider.Facts(c), nil
	},
}

func (a *API) readInbox(ctx context.Context, in *submission[InboxRead]) (*body[InboxUnread], error) {
	who := callerOf(ctx)
	if err := a.allowed(ctx, who, authz.InboxRead, who.Person, uuid.Nil); err != nil {
		return nil, err
	}
	upTo := in.Body.UpTo.UTC()
	if now := a.now().UTC(); upTo.After(now) { // what is yet to come cannot have been read
		upTo = now
	}
	id := in.Key
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
	}
	digest := sha256.Sum256([]byte("inbox.read\n" + in.Body.UpTo.UTC().Format(time.RFC3339Nano)))
	cause := eventlog.Cause{
		ID: "command:" + who.Person.String() + ":" + id, CorrelationID: id, Digest: digest[:],
		Actor: event.Person(who.Person), By: event.Web, At: a.now(), TraceParent: edge.TraceParent(ctx),
	}
	key := eventlog.Key{Tenant: who.Tenant, Stream: event.InboxStream(who.Tenant, who.Person)}
	_, err := reading.Step(ctx, a.log, key, cause, nil, event.NotificationRead{Person: who.Person, UpTo: upTo.Truncate(time.Microsecond)})
	if err != nil {
		return nil, err
	}
	unread, err := a.inbox.Unread(ctx, who.Tenant, who.Person)
	if err != nil {
		return nil, err
	}
	return answer(InboxUnread{Unread: unread}), nil
}
