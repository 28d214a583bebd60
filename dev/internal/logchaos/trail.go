package logchaos

import (
	"context"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A trail is who follows the whole log: the portal's live view, and the sequencer
// of the trees, as audit-export is.
type trail struct {
	web, audit *pglog.Log
	signer     *checkpoint.Signer

	mu       sync.Mutex // guards below
	xid      string
	position int64
	seen     []checker.Seen
}

func newTrail(ctx context.Context, c *scene) (*trail, error) {
	t := &trail{xid: "0", position: -1}
	private, _, err := checkpoint.Draw("chaos.example")
	if err == nil {
		t.signer, err = checkpoint.NewSigner(private)
	}
	if err == nil {
		t.web, err = c.open(ctx, event.Web, 1)
	}
	if err == nil {
		t.audit, err = c.open(ctx, event.AuditExport, 1)
	}
	return t, err
}

// walk follows until ctx ends.
func (t *trail) walk(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			_, _ = t.follow(ctx)
			chaos.Pause(ctx, 20*time.Millisecond)
		}
	})
	wg.Go(func() {
		for ctx.Err() == nil {
			_, _ = t.sequence(ctx)
			chaos.Pause(ctx, 30*time.Millisecond)
		}
	})
	wg.Wait()
}

// follow takes the next page of the log, as the live view does.
func (t *trail) follow(ctx context.Context) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	type change struct {
		checker.Seen
		xid      string
		position int64
	}
	page, err := pglog.SelectAcross(ctx, t.web, func(row pglog.Row) (s change, err error) {
		err = row.Scan(&s.xid, &s.position, &s.Tenant, &s.Stream, &s.Version)
		return s, err
	}, `select xid::text, position, tenant_id, stream_id, version from dcm.changes($1::text::xid8, $2, 500)`, t.xid, t.position)
	if err != nil {
		return 0, err
	}
	for _, s := range page {
		t.xid, t.position, t.seen = s.xid, s.position, append(t.seen, s.Seen)
	}
	return len(page), nil
}

// sequence puts what is settled into the trees and signs for them.
func (t *trail) sequence(ctx context.Context) (n int, err error) {
	these, err := t.audit.Unsequenced(ctx, 1000)
	if err != nil {
		return 0, err
	}
	of := map[uuid.UUID][]pglog.Unsequenced{}
	for _, u := range these {
		of[u.Key.Tenant] = append(of[u.Key.Tenant], u)
	}
	for tenant, facts := range of {
		if err := t.audit.Sequence(ctx, tenant, facts); err != nil {
			return 0, err
		}
	}
	if err := t.audit.Mark(ctx, these); err != nil {
		return 0, err
	}
	unsigned, err := t.audit.UnsignedTrees(ctx, 1000)
	if err != nil {
		return 0, err
	}
	for _, u := range unsigned {
		if err := t.sign(ctx, u.Tenant); err != nil {
			return 0, err
		}
	}
	return len(these), nil
}

func (t *trail) sign(ctx context.Context, tenant uuid.UUID) error {
	tree, err := t.audit.Tree(ctx, tenant)
	if err != nil {
		return err
	}
	root, err := t.audit.Root(ctx, tenant, tree.Size)
	if err != nil {
		return err
	}
	c := checkpoint.Checkpoint{Tenant: tenant, Size: tree.Size, Root: root, At: time.Now().UTC().Truncate(time.Microsecond), Epoch: tree.Epoch}
	note, err := t.signer.Sign(c)
	if err != nil {
		return err
	}
	return t.audit.KeepCheckpoint(ctx, c, note)
}

// restart begins to follow where the log is now, as the portal does when it
// starts.
func (t *trail) restart(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for ctx.Err() == nil { // the pool still has connections of before
		now, err := pglog.SelectAcross(ctx, t.web, pgx.RowTo[string], `select pg_snapshot_xmin(pg_current_snapshot())::text`)
		if err == nil {
			t.xid, t.position = now[0], -1
			return nil
		}
	}
	return ctx.Err()
}

// sight is what the live view has been told.
func (t *trail) sight() []checker.Seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen
}
