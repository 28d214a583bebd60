package main

import (
	"context"
	"fmt"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// handedOut answers io.dcm.audit.download.
type handedOut struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// link gives the caller a link to the bundle that is the command's subject. The
// link is to the very revision whose checksum the log has: what somebody may have
// put on top of it in the store is passed over.
func (x *exporter) link(ctx context.Context, c function.Command) (function.Answer, error) {
	if err := authz.Check(c.Caller.Roles, authz.AuditDownload, authz.Other); err != nil {
		return function.Answer{}, err
	}
	id, err := uuid.Parse(c.Subject)
	if err != nil {
		return function.Answer{}, export.ErrNoBundle.Because(err)
	}
	key := eventlog.Key{Tenant: c.Caller.Tenant, Stream: id}
	stream, err := x.log.Read(ctx, key)
	if err != nil {
		return function.Answer{}, err
	}
	bundle := export.Decider.Fold(stream)
	if err := bundle.Ready(); err != nil {
		return function.Answer{}, err
	}
	object, err := x.store.Find(ctx, bundle.Stored.ObjectKey, bundle.Stored.SHA256)
	if err != nil {
		return function.Answer{}, err
	}
	return x.handOut(ctx, c, key, object)
}

// handOut records first: a link that nobody knows of is worse than none. The same
// command again gets the same link, and no new time to use it.
func (x *exporter) handOut(ctx context.Context, c function.Command, key eventlog.Key, object export.Object) (function.Answer, error) {
	expires := c.Cause.At.UTC().Truncate(time.Second).Add(x.linkTTL)
	recorded, err := export.Decider.Step(ctx, x.log, key, c.Cause, nil, export.HandOut{To: c.Caller.Person, ExpiresAt: expires})
	if err != nil {
		return function.Answer{}, err
	}
	for _, e := range recorded {
		if f, ok := e.Fact.(event.AuditDownloaded); ok {
			from := e.OccurredAt.Truncate(time.Second)
			url, err := x.store.Link(ctx, object, from, f.ExpiresAt.Sub(from))
			return function.Answer{Body: handedOut{URL: url, ExpiresAt: f.ExpiresAt}, Recorded: recorded}, err
		}
	}
	return function.Answer{}, fmt.Errorf("command %s has recorded no link", c.Cause.ID)
}
