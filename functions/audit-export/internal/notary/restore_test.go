package notary_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
)

// TestRestored: a server is restored to a moment after which facts were signed
// for, as a standby that lags behind does when it takes over. Nothing is signed before
// the operator has accepted that the database was restored, and then declared what it
// has cost; from then on every checkpoint says so, and whoever has one of the lost
// facts' is told.
func TestRestored(t *testing.T) {
	t.Parallel()
	server := pgtest.NewServer(t)
	f := setup(t)
	f.goOn(server.DB, 0)
	before := f.signed(10)
	restore := server.Backup(t)
	f.goOn(server.DB, 10) // its connections were of before
	among, last := f.signed(4), f.signed(6)
	f.goOn(restore().DB, 10)
	f.record(1)

	if _, err := f.bundle(); !errors.Is(err, pglog.ErrMoved) {
		t.Fatalf("went on: %v", err)
	}
	f.accept()
	_, err := f.bundle()
	if !errors.Is(err, notary.ErrLost) {
		t.Fatalf("signed for less than before: %v", err)
	}
	for _, other := range []string{"10 to 19 of epoch 1", "9 to 20 of epoch 1", "10 to 20 of epoch 2"} {
		f.declare(f.tenant.String() + "/" + other)
		if _, err := f.bundle(); !errors.Is(err, notary.ErrLost) {
			t.Errorf("%s was taken for what is lost: %v", other, err)
		}
	}
	f.record(12) // more than there ever were
	if _, err := f.bundle(); !errors.Is(err, notary.ErrLost) {
		t.Errorf("forgot what is lost: %v", err)
	}
	f.declare(declaration(t, err))
	kept := f.rewriteUnnoticed()
	if _, err := f.bundle(); !errors.Is(err, notary.ErrRewritten) {
		t.Errorf("what is left is not what was signed for: %v", err)
	}
	kept()
	archive, err := f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		earlier []byte
		code    string
		says    string
	}{
		{"before", before, "", ""},
		{"among", among, export.Lost, "knows 14 facts, and the last 4 of them are gone"},
		{"last", last, export.Lost, "knows 20 facts, and the last 10 of them are gone"},
	} {
		r := f.verify(archive, test.earlier)
		if !strings.Contains(strings.Join(r.Notes, "\n"), "cost this log 10 facts") {
			t.Errorf("%s: notes %q", test.name, r.Notes)
		}
		if test.code == "" && !r.Intact() {
			t.Errorf("%s: %v", test.name, r.Problems)
		}
		if test.code != "" && (len(r.Problems) != 1 || !found(r, test.code, test.says)) {
			t.Errorf("%s: %v", test.name, r.Problems)
		}
	}

	f.Lost = nil // the declaration was needed once
	middle := f.signed(2)
	f.dba(`update dcm.tree_epochs set system_identifier = 4711 where epoch = 2`)
	f.accept()
	f.signed(1)
	archive, err = f.bundle()
	if err != nil {
		t.Fatal(err)
	}
	if r := f.verify(archive, middle); !r.Intact() || r.Checkpoint.Epoch != 3 || len(r.Checkpoint.Lost) != 1 {
		t.Errorf("after another move: %+v", r)
	}
	if r := f.verify(archive, last); !found(r, export.Lost, "") {
		t.Errorf("the loss was forgotten: %v", r.Problems)
	}
}

// TestNoExcuse: who rules the database alone can pretend that it was restored, and
// cannot have signed what is left.
func TestNoExcuse(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.signed(10)
	f.signed(10)
	f.dba(backToTen + `delete from dcm.work; delete from dcm.requests;
		insert into dcm.tree_epochs (tenant_id, epoch, system_identifier, timeline, accepted_by, reason, began)
		select tenant_id, 2, system_identifier, timeline, 'Ada', 'disaster', 10 from dcm.tree_epochs`)
	f.goOn(f.db, 10)
	f.record(30)
	if _, err := f.bundle(); !errors.Is(err, notary.ErrLost) {
		t.Errorf("taken for a restore: %v", err)
	}
	f.dba(`update dcm.tree_epochs set began = 20 where epoch = 2`)
	if _, err := f.bundle(); !errors.Is(err, notary.ErrRewritten) {
		t.Errorf("other facts were taken for those that were signed for: %v", err)
	}
}

func TestParseLosses(t *testing.T) {
	t.Parallel()
	const acme, globex = "0197f3a0-0000-7000-8000-00000000000a", "0197f3a0-0000-7000-8000-00000000000c"
	for text, want := range map[string]int{
		"": 0, " ,": 0, acme + "/1 to 2 of epoch 1": 1, acme + "/1 to 2 of epoch 1, " + globex + "/1 to 2 of epoch 1,\n" + acme + "/1 to 2 of epoch 2": 3,
		acme: -1, "acme/1 to 2 of epoch 1": -1, acme + "/2 to 1 of epoch 1": -1, acme + "/1 to 2 of epoch 1x": -1, acme + "/1 to 2": -1,
	} {
		all, err := notary.ParseLosses(text)
		n := 0
		for _, l := range all {
			n += len(l)
		}
		if (err != nil) != (want < 0) || err == nil && n != want {
			t.Errorf("%q: %v, %v", text, all, err)
		}
	}
}

// rewriteUnnoticed makes the tree begin with another fact and the database forget
// what was signed of that. The function it returns puts back how it was.
func (f *fixture) rewriteUnnoticed() (undo func()) {
	f.t.Helper()
	f.dba(`create table public.kept_notes as table dcm.checkpoints; create table public.kept_nodes as table dcm.tree_nodes;
		delete from dcm.exported_checkpoints; delete from dcm.checkpoints; update dcm.tree_nodes set hash = sha256('forged') where n = 0`)
	return func() {
		f.dba(`delete from dcm.tree_nodes; insert into dcm.tree_nodes table public.kept_nodes;
			delete from dcm.checkpoints; insert into dcm.checkpoints table public.kept_notes`)
	}
}

// signed records n facts, has them signed for and given out, and returns the note.
func (f *fixture) signed(n int) []byte {
	f.t.Helper()
	f.record(n)
	if _, err := f.bundle(); err != nil {
		f.t.Fatal(err)
	}
	return f.shelf.newest(f.tenant)
}

func (f *fixture) accept() {
	f.t.Helper()
	if _, err := f.db.Log(f.t, event.Operator).AcceptCluster(f.t.Context(), "Ada", "the hall is under water"); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) declare(text string) {
	f.t.Helper()
	var err error
	if f.Lost, err = notary.ParseLosses(text); err != nil {
		f.t.Fatal(err)
	}
}

// declaration is what the log of audit-export asks the operator for.
func declaration(t *testing.T, err error) string {
	t.Helper()
	found := regexp.MustCompile(`declare ([0-9a-f-]{36}/.*) in CHECKPOINT_LOST`).FindStringSubmatch(err.Error())
	if len(found) != 2 {
		t.Fatalf("says %q", err)
	}
	if l, err := checkpoint.ParseLoss(strings.SplitN(found[1], "/", 2)[1]); err != nil || l != (checkpoint.Loss{From: 10, To: 20, Epoch: 1}) {
		t.Fatalf("declares %v, %v", l, err)
	}
	return found[1]
}
