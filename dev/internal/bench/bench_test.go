package bench

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dcm.io/dev/internal/bench/peer"
	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
)

// These show that what measures works, in as short a time as it can. They judge
// no figure: this machine is doing other things meanwhile.

var (
	brief   = Pace{Rounds: 2, For: 40 * time.Millisecond}
	modules = filepath.Join("..", "..", "..", peer.Modules)
)

func database(t *testing.T) Database {
	t.Helper()
	db := pgtest.New(t)
	return Database{Admin: db.Admin, As: func(f event.Function) string { return db.URL(pgtest.Role(f)) }}
}

// measured fails the test unless every row has a value. Those that count what must
// not be are zero; what is counted in bytes may be.
func measured(t *testing.T) func([]Row, error) {
	t.Helper()
	return func(rows []Row, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			t.Fatal("nothing was measured")
		}
		for _, r := range rows {
			t.Log(r.No, r.Name, r.Value, r.Unit, r.Note)
			if counts := r.Lower && r.Gate == nothing; counts && r.Value != 0 || !counts && r.Value <= 0 && r.Unit != "B" {
				t.Errorf("%s: %v", r.Name, r.Value)
			}
		}
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	measured(t)(Append(t.Context(), database(t), modules, brief, 1, 3))
}

func TestBatch(t *testing.T) {
	t.Parallel()
	measured(t)(Batch(t.Context(), database(t), modules, brief, 2))
}

func TestCost(t *testing.T) {
	t.Parallel()
	measured(t)(Cost(t.Context(), database(t), modules, brief, 2))
}

func TestReceive(t *testing.T) {
	t.Parallel()
	measured(t)(Receive(t.Context(), brief, 2000))
}

func TestRead(t *testing.T) {
	t.Parallel()
	making := func(context.Context) (Database, error) { return database(t), nil }
	measured(t)(Read(t.Context(), making, brief, Sizes{Tenants: 3, MoreTenants: 4, Machines: 200, Facts: 2}))
}

func TestHostile(t *testing.T) {
	t.Parallel()
	measured(t)(Hostile(t.Context(), database(t), 3*time.Second))
}

func TestDrain(t *testing.T) {
	t.Parallel()
	measured(t)(Drain(t.Context(), database(t), brief, 300))
}

// TestTamper builds the verifier that it measures.
func TestTamper(t *testing.T) {
	t.Parallel()
	exported, bin := filepath.Join("..", "..", "..", "functions", "audit-export"), t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./cmd/dcm-verify")
	build.Dir = exported
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	measured(t)(Tamper(t.Context(), bin, exported, brief, Sizes{BundleFacts: 20_000, Edits: 40}))
}
