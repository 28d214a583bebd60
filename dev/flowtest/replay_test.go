package flowtest

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
	"github.com/jackc/pgx/v5"
)

// TestReplayLog has every function act once more on all that the log has: nothing
// new is recorded about what was done, nobody gets a mail twice and no machine is
// made again. What a function has missed, it makes up for.
func TestReplayLog(t *testing.T) {
	ctx := within(t)
	began := time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
	jana := as(ctx, t, "jana.vogel")
	done := submit(ctx, t, jana, "S")
	await(ctx, t, jana, done.ID, "ready")
	told := mails(ctx, t, "jana.vogel@acme.example", done.Name, 3)
	facts := types(ctx, t, jana, done.ID)

	db, err := pgx.Connect(ctx, running.Postgres.DatabaseURL("dcm"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }() // it was only asked
	lost := submitAndLose(ctx, t, jana, db)

	for _, f := range []string{stack.Approve, stack.Provision, stack.Notify, stack.AuditExport} {
		cmd := exec.CommandContext(ctx, filepath.Join("..", "..", "bin", "dcmctl"), "log", "replay", "-function", f, "-from", began)
		cmd.Env = []string{"DATABASE_URL=" + running.DatabaseAs("operator")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		t.Logf("%s", out)
	}
	await(ctx, t, jana, lost, "ready")
	settled(ctx, t, db)
	if now := types(ctx, t, jana, done.ID); !slices.Equal(now, facts) {
		t.Errorf("the request has now %q, had %q", now, facts)
	}
	if now := mails(ctx, t, "jana.vogel@acme.example", done.Name, 3); !slices.Equal(now, told) {
		t.Errorf("told %q, before %q", now, told)
	}
	onlyMachine(t, done.ID)
	onlyMachine(t, lost)
}

// submitAndLose asks for a machine and takes away what approve owes because of
// that, which no part of DCM ever does: nobody would act on it.
func submitAndLose(ctx context.Context, t *testing.T, c *client.Client, db *pgx.Conn) (request string) {
	t.Helper()
	if err := running.Processes.Pause(stack.Approve); err != nil {
		t.Fatal(err)
	}
	r := submit(ctx, t, c, "S")
	lost, err := db.Exec(ctx, `delete from dcm.work where function = 'approve' and stream_id = $1`, r.ID)
	if err != nil || lost.RowsAffected() != 1 {
		t.Errorf("%d pieces of work are lost, %v; want one", lost.RowsAffected(), err)
	}
	if err := running.Processes.Resume(stack.Approve); err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// settled waits until nobody owes anything because of a fact.
func settled(ctx context.Context, t *testing.T, db *pgx.Conn) {
	t.Helper()
	for {
		var owed int
		if err := db.QueryRow(ctx, `select count(*) from dcm.work where kind = '' and not dead`).Scan(&owed); err != nil {
			t.Fatalf("%d pieces of work are still owed: %v", owed, err)
		}
		if owed == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
