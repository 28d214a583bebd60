package api

import (
	"context"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/command"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A Bundle is a part of the log that was taken out of it as proof. What it is
// made of is zero until it is ready.
type Bundle struct {
	ID          uuid.UUID  `json:"id" format:"uuid"`
	State       string     `json:"state" enum:"requested,ready,failed"`
	From        time.Time  `json:"from"`
	To          time.Time  `json:"to"`
	RequestedBy Ref        `json:"requested_by"`
	RequestedAt time.Time  `json:"requested_at"`
	FinishedAt  *time.Time `json:"finished_at"`
	Facts       int64      `json:"facts"`
	Bytes       int64      `json:"bytes"`
	SHA256      string     `json:"sha256"`
	ObjectKey   string     `json:"object_key"`
	LockedUntil *time.Time `json:"locked_until"`
	Detail      string     `json:"detail" doc:"Why it failed."`
}

// A BundlePage is a page of bundles.
type BundlePage struct {
	Items      []Bundle `json:"items"`
	NextCursor *string  `json:"next_cursor"`
}

// A NewBundle is the period to be proven.
type NewBundle struct {
	From time.Time `json:"from" doc:"First moment, inclusive."`
	To   time.Time `json:"to" doc:"Last moment, exclusive."`
}

// A BundleLink lets its holder download a bundle for a while.
type BundleLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (a *API) mountBundles(h huma.API) {
	handle(h, endpoint("list-bundles", http.MethodGet, "/api/v1/audit/bundles", "audit", "What was exported? Newest first."), a.listBundles)
	export := endpoint("export-bundle", http.MethodPost, "/api/v1/audit/bundles", "audit", "Export a period of the log.")
	export.DefaultStatus = http.StatusCreated
	handle(h, export, a.exportBundle)
	handle(h, endpoint("link-bundle", http.MethodPost, "/api/v1/audit/bundles/{id}/link", "audit", "Make a link to download a bundle."), a.linkBundle)
}

func (a *API) listBundles(ctx context.Context, in *Paging) (*body[BundlePage], error) {
	who := callerOf(ctx)
	after, err := parseCursor("bundles", in.Cursor)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.AuditRead, uuid.Nil, uuid.Nil); err != nil {
		return nil, err
	}
	rows, err := a.bundles.List(ctx, who.Tenant, after.mark(), in.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, in.Limit, func(b readmodel.Bundle) cursor {
		return cursor{List: "bundles", At: b.RequestedAt.UTC(), ID: b.ID}
	})
	items, err := a.bundleViews(ctx, who, rows)
	if err != nil {
		return nil, err
	}
	return answer(BundlePage{Items: items, NextCursor: next}), nil
}

func (a *API) exportBundle(ctx context.Context, in *submission[NewBundle]) (*body[Bundle], error) {
	who := callerOf(ctx)
	id, err := a.send(ctx, who, command.Command{Type: command.ExportAudit, Key: in.Key, Data: in.Body})
	if err != nil {
		return nil, err
	}
	b, err := a.bundles.Get(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	views, err := a.bundleViews(ctx, who, []readmodel.Bundle{b})
	if err != nil {
		return nil, err
	}
	return answer(views[0]), nil
}

type bundleCommand struct {
	Idempotent
	ID string `path:"id" doc:"Id of a bundle."`
}

func (a *API) linkBundle(ctx context.Context, in *bundleCommand) (*body[BundleLink], error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	var link BundleLink
	err = a.sender.Send(ctx, callerOf(ctx), command.Command{Type: command.LinkBundle, Subject: id.String(), Key: in.Key, Data: struct{}{}}, &link)
	if err != nil {
		return nil, err
	}
	return answer(link), nil
}

func (a *API) bundleViews(ctx context.Context, who identity.Caller, rows []readmodel.Bundle) ([]Bundle, error) {
	people := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		people[i] = r.RequestedBy
	}
	b, err := a.book(ctx, who.Tenant, people...)
	if err != nil {
		return nil, err
	}
	out := make([]Bundle, len(rows))
	for i, r := range rows {
		out[i] = Bundle{
			ID: r.ID, State: r.State, From: r.From.UTC(), To: r.To.UTC(), RequestedBy: b.ref(r.RequestedBy), RequestedAt: r.RequestedAt.UTC(),
			FinishedAt: utc(r.FinishedAt), Facts: r.Facts, Bytes: r.Bytes, SHA256: r.SHA256, ObjectKey: r.ObjectKey, LockedUntil: utc(r.LockedUntil),
		}
	}
	return out, nil
}
