// Package checkpointtest gives tests a key to sign checkpoints with, and signs.
package checkpointtest

import (
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Signer signs with a key that was drawn for the test, of dcm.example.com.
func Signer(tb testing.TB) *checkpoint.Signer {
	tb.Helper()
	private, _, err := checkpoint.Draw("dcm.example.com")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := checkpoint.NewSigner(private)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// SignTree signs for the tenant's tree as it is and keeps the note, as
// audit-export does. log must be audit-export's.
func SignTree(tb testing.TB, log *pglog.Log, s *checkpoint.Signer, tenant uuid.UUID, at time.Time) (note []byte) {
	tb.Helper()
	tree, err := log.Tree(tb.Context(), tenant)
	if err != nil {
		tb.Fatal(err)
	}
	root, err := log.Root(tb.Context(), tenant, tree.Size)
	if err != nil {
		tb.Fatal(err)
	}
	c := checkpoint.Checkpoint{Tenant: tenant, Size: tree.Size, Root: root, At: at.UTC().Truncate(time.Microsecond), Epoch: tree.Epoch}
	if note, err = s.Sign(c); err != nil {
		tb.Fatal(err)
	}
	if err := log.KeepCheckpoint(tb.Context(), c, note); err != nil {
		tb.Fatal(err)
	}
	return note
}
