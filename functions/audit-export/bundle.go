package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

// errTooLong is not Transient, although the machine may only be busy: what never
// fits into the time for one piece of work must become a dead letter that says
// so, and not be tried for ever.
var errTooLong = fault.New(fault.Internal, "bundle_too_long", "The bundle could not be made in the time there is. Please choose a shorter period.")

// onRequested makes the bundle and records that it lies in the store. What a
// crash leaves, and who repairs it:
//
//	before the upload is complete   nothing in the store; made afresh
//	uploaded, not recorded          a complete object; found and recorded
//	two at it at once               the store takes one; both record that one
func (x *exporter) onRequested(ctx context.Context, in event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
	asked, ok := in.Fact.(event.AuditRequested)
	if !ok {
		return nil, fault.New(fault.Invalid, "unexpected_fact", "This is no request for a bundle.")
	}
	stored, err := x.store.Find(ctx, export.Key(in.Tenant, in.Stream), "")
	if errors.Is(err, export.ErrAbsent) {
		stored, err = x.make(ctx, in, asked)
	}
	if err != nil {
		return nil, err
	}
	return export.Decider.Step(ctx, x.log, w.Key, function.Because(in, event.AuditExport, x.now()), &w, export.Finish{Object: stored})
}

// make writes the bundle to a spool file and uploads it from there: the store
// checks the SHA-256 of the whole and must be told before the first byte. The
// spool keeps memory flat; it has about 250 bytes a fact.
func (x *exporter) make(ctx context.Context, in event.Envelope, asked event.AuditRequested) (export.Object, error) {
	spool, err := newSpool()
	if err != nil {
		return export.Object{}, err
	}
	defer spool.Close()
	tree, facts, err := x.settled(ctx, in.Tenant, in.Stream, asked)
	if err != nil {
		return export.Object{}, err
	}
	now := x.now().UTC().Truncate(time.Second)
	object, err := export.Write(spool, export.Header{
		Bundle: in.Stream, Tenant: in.Tenant, RequestedBy: asked.By, RequestedAt: in.OccurredAt,
		From: asked.From, To: asked.To, MadeAt: now, Software: x.software,
	}, facts, x.predecessor(ctx, in.Tenant), tree)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return export.Object{}, errTooLong.Because(err)
	}
	if err != nil {
		return export.Object{}, fmt.Errorf("make the bundle: %w", err)
	}
	object.LockedUntil = now.Add(x.lockFor)
	stored, err := x.store.Put(ctx, object, spool)
	if err == nil && tree != nil {
		err = x.notary.Exported(ctx, in.Tenant, in.Stream, tree.Checkpoint.Size)
	}
	return stored, err
}

// settled waits until the past is settled and in the tree, and signed for if
// anybody signs here. The facts are then all of the checkpoint's, whatever is
// recorded meanwhile.
func (x *exporter) settled(ctx context.Context, tenant, bundle uuid.UUID, asked event.AuditRequested) (*export.Tree, iter.Seq2[eventlog.Placed, error], error) {
	within, err := x.history.Horizon(ctx, tenant)
	if err != nil {
		return nil, nil, err
	}
	tree, err := x.notary.Tree(ctx, tenant, bundle)
	if err != nil {
		return nil, nil, err
	}
	if tree != nil {
		within.Leaves = tree.Checkpoint.Size
	}
	return tree, x.history.Facts(ctx, tenant, within, asked.From, asked.To), nil
}

// predecessor looks facts up that were recorded before the period.
func (x *exporter) predecessor(ctx context.Context, tenant uuid.UUID) export.Predecessor {
	return func(stream uuid.UUID, version int64) ([]byte, error) {
		facts, err := x.log.Read(ctx, eventlog.Key{Tenant: tenant, Stream: stream})
		if err != nil {
			return nil, err
		}
		for _, e := range facts {
			if e.Version == version {
				return e.Hash, nil
			}
		}
		return nil, nil
	}
}

// newSpool makes a file that has no name any more: however the process ends,
// nothing is left of it.
func newSpool() (*os.File, error) {
	f, err := os.CreateTemp("", "bundle-*.zip")
	if err != nil {
		return nil, fmt.Errorf("make a spool file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close() // the first error counts
		return nil, fmt.Errorf("hide the spool file: %w", err)
	}
	return f, nil
}
