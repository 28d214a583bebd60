package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// history is a tenant's whole log.
type history interface {
	// Horizon waits until everything that was recorded before the call is settled.
	Horizon(ctx context.Context, tenant uuid.UUID) (eventlog.Extent, error)
	// Facts yields the facts within the extent recorded from from until to in the
	// order of the log, and ends with the error that keeps it from going on. It
	// keeps few of them in memory, and nothing locked between two. Other calls may
	// be made meanwhile.
	Facts(ctx context.Context, tenant uuid.UUID, within eventlog.Extent, from, to time.Time) iter.Seq2[eventlog.Placed, error]
}

// signatory signs how far a tenant's log has come.
type signatory interface {
	// Tree puts everything that is settled into the tenant's history tree, signs for
	// it and tells what ties a bundle's facts to that; nil if nobody signs here.
	Tree(ctx context.Context, tenant, bundle uuid.UUID) (*export.Tree, error)
	// Exported remembers that the bundle has this checkpoint.
	Exported(ctx context.Context, tenant, bundle uuid.UUID, size int64) error
}

// store keeps bundles. Its failures are Transient if waiting helps.
type store interface {
	// Put stores content as o, locked until o.LockedUntil, completely or not at
	// all, unless there is an object under o.Key already. It returns what is
	// there then, read back: durable and locked.
	Put(ctx context.Context, o export.Object, content io.ReadSeeker) (export.Object, error)
	// Find returns the newest object under key, or the newest with the checksum if
	// that is not empty; export.ErrAbsent if there is none.
	Find(ctx context.Context, key, checksum string) (export.Object, error)
	// Link makes a link to o that anybody can use until ttl after at. Same
	// arguments, same link.
	Link(ctx context.Context, o export.Object, at time.Time, ttl time.Duration) (string, error)
}

type exporter struct {
	log      eventlog.Log
	history  history
	store    store
	notary   signatory
	software string // for the manifests
	now      func() time.Time

	lockFor time.Duration // how long a bundle cannot be deleted
	linkTTL time.Duration // how long a link can be used
}

// longestLink is what S3 allows.
const longestLink = 7 * 24 * time.Hour

// keep sets how long bundles are locked and links can be used.
func (x *exporter) keep(lockDays int, linkTTL time.Duration) error {
	if lockDays < 1 {
		return errors.New("S3_RETENTION_DAYS must be at least 1")
	}
	if linkTTL < time.Second || linkTTL > longestLink {
		return errors.New("S3_LINK_TTL must be between 1s and 168h")
	}
	x.lockFor, x.linkTTL = time.Duration(lockDays)*24*time.Hour, linkTTL.Truncate(time.Second)
	return nil
}

func (x *exporter) routes(tick func(context.Context, time.Time)) function.Routes {
	return function.Routes{
		Tick:     tick,
		Facts:    map[event.Type]function.FactHandler{event.AuditRequested{}.EventType(): x.onRequested},
		Commands: map[string]function.CommandHandler{"io.dcm.audit.download": x.link},
	}
}
