package chaos

import (
	"context"
	"time"

	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"github.com/jackc/pgx/v5"
)

// Add notes what a check has found, also if that is nothing.
func (r *Result) Add(check checker.Check, found ...[]checker.Violation) {
	for _, f := range found {
		r.Violations = append(r.Violations, f...)
	}
	r.Checked = append(r.Checked, check)
}

// A Record is what is held against the log: the ledger's file, and the log as its
// operator and its owner see it.
type Record struct {
	Ledger   string
	Operator string // address of the database
	Owner    *pgx.Conn
	// Foreign makes of the ledger what tells facts that nobody in it has asked for
	// and that belong there; nil if there are none.
	Foreign func([]ledger.Entry) func(checker.Fact) bool
}

// Log makes the checks U1 to U4 and returns the world that they were made in.
func (r *Result) Log(ctx context.Context, rec Record, t *Tally) (checker.World, error) {
	w, err := checker.Read(ctx, rec.Owner)
	if err != nil {
		return w, err
	}
	entries, err := ledger.Read(rec.Ledger)
	if err != nil {
		return w, err
	}
	var foreign func(checker.Fact) bool
	if rec.Foreign != nil {
		foreign = rec.Foreign(entries)
	}
	r.Add(checker.U1, checker.Promises(w, entries))
	r.Add(checker.U2, checker.Asked(w, entries, foreign))
	r.Add(checker.U3, checker.Streams(w))
	differ, unread, err := checker.ReadModel(ctx, rec.Operator)
	if err != nil {
		return w, err
	}
	r.Add(checker.U4, differ)
	if unread > 0 {
		t.Add("facts that this release cannot read", unread)
	}
	return w, nil
}

// Pause waits, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
