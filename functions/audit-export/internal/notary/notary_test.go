package notary_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// TestTick signs for what has come, lays it where the database cannot reach, and
// ends when there is nothing more.
func TestTick(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.Tick(t.Context(), time.Now().Add(time.Minute))
	if f.shelf.newest(f.tenant) != nil {
		t.Fatal("signed for nothing")
	}
	f.record(12)
	f.settle()
	ending := make(chan struct{})
	close(ending)
	f.Ending = ending // it would look again
	f.Tick(t.Context(), time.Now().Add(time.Minute))
	if c := f.newest(); c.Size != 12 || c.Epoch != 1 || c.Tenant != f.tenant {
		t.Errorf("%+v", c)
	}
	note, err := f.log.Checkpoint(t.Context(), f.tenant)
	if err != nil || !bytes.Equal(note, f.shelf.newest(f.tenant)) || f.shelf.notes[notary.Key(f.tenant, 1, 12)] == nil {
		t.Errorf("the store has %q, the database %q, %v", f.shelf.newest(f.tenant), note, err)
	}
}

// TestRotation: what an old key has signed is believed if it is named, and
// nothing is signed on top of what a stranger's key has.
func TestRotation(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.record(5)
	if _, err := f.bundle(); err != nil {
		t.Fatal(err)
	}
	old := f.Signer.Key()
	f.Signer = checkpointtest.Signer(t)
	f.record(5)
	if _, err := f.bundle(); !errors.Is(err, notary.ErrForeign) {
		t.Errorf("went on after a key that nobody has named: %v", err)
	}
	f.Old = checkpoint.Keys{old}
	archive, err := f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	if r := f.verify(archive, nil); !r.Intact() || !r.Signed {
		t.Errorf("%v", r.Problems)
	}
}

// TestTwoAtOnce, while facts come: the store has one note for each size, and all
// are of one history.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	f := setup(t)
	other := &notary.Notary{Log: f.db.Log(t, event.AuditExport), Shelf: f.shelf, Signer: f.Signer, LockFor: time.Hour, Now: time.Now, Logger: f.Logger}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, n := range []*notary.Notary{f.Notary, other} {
		wg.Go(func() {
			for {
				if _, err := n.Tree(t.Context(), f.tenant, uuid.Nil); err != nil && f.shelf.newest(f.tenant) != nil {
					t.Error(err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	// Facts come a portion at a time, the next once somebody has signed for all of
	// the last: however the two take turns, each portion has a checkpoint.
	const portions, portion = 6, 10
	for n := range portions {
		f.record(portion)
		f.await(int64(n+1) * portion)
	}
	close(done)
	wg.Wait()
	archive, err := f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	for key, note := range f.shelf.notes {
		if r := f.verify(archive, note); !r.Intact() || r.Facts != 60 {
			t.Errorf("%s: %d facts, %v", key, r.Facts, r.Problems)
		}
	}
}

// A dying log dies before it keeps a checkpoint.
type dying struct{ *pglog.Log }

func (dying) KeepCheckpoint(context.Context, checkpoint.Checkpoint, []byte) error { return errDown }

// TestCrashes: whatever step a notary dies after, the next one goes on.
func TestCrashes(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.record(5)
	f.shelf.down = true
	if _, err := f.bundle(); !errors.Is(err, errDown) {
		t.Errorf("without the store nothing is signed: %v", err)
	}
	f.shelf.down = false
	f.Log = dying{f.log}
	if _, err := f.bundle(); !errors.Is(err, errDown) || f.shelf.newest(f.tenant) == nil {
		t.Errorf("published and not kept: %v", err)
	}
	f.Log = f.log
	f.record(2)
	archive, err := f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	if r := f.verify(archive, f.shelf.notes[notary.Key(f.tenant, 1, 5)]); !r.Intact() || len(f.shelf.notes) != 2 {
		t.Errorf("%d checkpoints, %v", len(f.shelf.notes), r.Problems)
	}
}

// TestUnsignedWindow: facts that nobody has vouched for in time are told of.
func TestUnsignedWindow(t *testing.T) {
	t.Parallel()
	f := setup(t)
	signer := f.Signer
	f.Signer = nil
	f.record(3)
	if archive, err := f.bundle(); err != nil || archive == nil {
		t.Fatalf("without a key bundles go on: %v", err)
	}
	f.Signer = signer
	f.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if _, err := f.bundle(); err != nil {
		t.Fatal(err)
	}
	if said := f.said.String(); !strings.Contains(said, "without a signed checkpoint") || !strings.Contains(said, "facts=3") {
		t.Errorf("said %q", said)
	}
}

// TestMoved: after a restore into another cluster nothing is signed until the
// operator accepts; the checkpoint then says that it is of another epoch.
func TestMoved(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.record(4)
	if _, err := f.bundle(); err != nil {
		t.Fatal(err)
	}
	before := f.shelf.newest(f.tenant)
	f.dba(`update dcm.tree_epochs set system_identifier = 4711`)
	f.record(2)
	if _, err := f.bundle(); !errors.Is(err, pglog.ErrMoved) {
		t.Errorf("went on: %v", err)
	}
	if !strings.Contains(f.said.String(), "dcmctl log epoch accept") {
		t.Errorf("said %q", f.said.String())
	}
	if _, err := f.db.Log(t, event.Operator).AcceptCluster(t.Context(), "Ada", "a new server"); err != nil {
		t.Fatal(err)
	}
	archive, err := f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	r := f.verify(archive, before)
	if !r.Intact() || r.Checkpoint.Epoch != 2 || len(r.Notes) == 0 || !strings.Contains(strings.Join(r.Notes, " "), "restored or moved") {
		t.Errorf("%+v", r)
	}
}

// TestDamagedTenant: while a tree cannot grow, no other waits for it, however
// many facts it has.
func TestDamagedTenant(t *testing.T) {
	t.Parallel()
	f := setup(t)
	damaged := f.tenant
	f.record(5)
	if _, err := f.bundle(); err != nil {
		t.Fatal(err)
	}
	f.dba(`insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
		select $tenant, gen_random_uuid(), 1, gen_random_uuid(), 't', 's', 'a', 'c', 'c', now(), '', '{}', sha256('x') from generate_series(1, 1500)`)
	f.dba(`delete from dcm.tree_nodes where tenant_id = $tenant`)
	f.tenant = uuid.Must(uuid.NewV7())
	f.record(3)
	f.settle()
	ending := make(chan struct{})
	close(ending)
	f.Ending = ending
	f.Tick(t.Context(), time.Now().Add(time.Minute))
	if c := f.newest(); c.Size != 3 {
		t.Errorf("the other tenant's checkpoint has %d facts", c.Size)
	}
	if !strings.Contains(f.said.String(), damaged.String()) {
		t.Errorf("nobody heard of the damaged tree: %s", f.said)
	}
	// The mark has not passed what is in no tree.
	these, err := f.log.Unsequenced(t.Context(), 1)
	if err != nil || len(these) != 1 || these[0].Key.Tenant != damaged {
		t.Errorf("%+v, %v", these, err)
	}
}

// A glance sees the tree as it was a moment ago, the first time.
type glance struct {
	*pglog.Log
	before pglog.Tree
	once   sync.Once
}

func (g *glance) Tree(ctx context.Context, tenant uuid.UUID) (tree pglog.Tree, err error) {
	tree, err = g.Log.Tree(ctx, tenant)
	g.once.Do(func() { tree = g.before })
	return tree, err
}

// TestGrownMeanwhile: that another notary has grown the tree and signed since we
// looked is no truncation.
func TestGrownMeanwhile(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.record(5)
	if _, err := f.bundle(); err != nil {
		t.Fatal(err)
	}
	f.Log = &glance{Log: f.log, before: pglog.Tree{Size: 3, Epoch: 1}}
	if _, err := f.bundle(); err != nil {
		t.Errorf("a tree that has grown is no smaller one: %v", err)
	}
}
