//go:build cluster

package clustertest

import (
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// TestCluster is one story on one installation: its steps are in order.
func TestCluster(t *testing.T) { //nolint:paralleltest // there is one cluster
	ctx := t.Context()
	i := install(ctx, t)
	r := i.reach(ctx, t)
	if err := stack.Seed(ctx, r, i.inside("provision")); err != nil {
		t.Fatalf("%v\n%s", err, i.trouble(ctx))
	}
	t.Run("Flow", func(t *testing.T) {
		began := time.Now()
		if err := demo.Play(ctx, t.Output(), r); err != nil {
			t.Fatal(err)
		}
		t.Logf("the whole flow and its checks took %s", time.Since(began))
	})
}
