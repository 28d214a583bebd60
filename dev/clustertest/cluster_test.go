//go:build cluster

package clustertest

import (
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// rounds of measuring starts. Each waits until everything is at zero again.
const rounds = 9

// TestCluster is one story on one installation: its steps are in order.
func TestCluster(t *testing.T) { //nolint:paralleltest // there is one cluster
	ctx := t.Context()
	i := install(ctx, t)
	r := i.reach(ctx, t)
	if err := stack.Seed(ctx, r, i.inside("provision")); err != nil {
		t.Fatalf("%v\n%s", err, i.trouble(ctx))
	}
	p := meet(ctx, t, r)
	db := database(ctx, t, r.Database)
	step := func(name string, do func(t *testing.T)) {
		began := time.Now()
		t.Run(name, do)
		t.Logf("%s took %s", name, time.Since(began).Round(100*time.Millisecond))
	}

	step("ApplyAgain", func(t *testing.T) { i.applyAgain(ctx, t) })
	step("FlowFromZero", func(t *testing.T) {
		i.noTicks(ctx, t)
		t.Logf("everything was at zero after %s", i.awaitZero(ctx, t, functions...).Round(100*time.Millisecond))
		seen := i.watchUp(ctx)
		if err := demo.Play(ctx, t.Output(), r); err != nil {
			t.Fatal(err)
		}
		came := seen()
		for _, f := range functions {
			if wanted := f != "dead-letter"; came[f] != wanted {
				t.Errorf("%s came up: %t", f, came[f])
			}
		}
		t.Logf("everything was back at zero after %s", i.awaitZero(ctx, t, functions...).Round(100*time.Millisecond))
	})
	step("FlowWarm", func(t *testing.T) {
		if err := demo.Play(ctx, t.Output(), r); err != nil { // wakes everybody
			t.Fatal(err)
		}
		if err := demo.Play(ctx, t.Output(), r); err != nil {
			t.Fatal(err)
		}
		i.memory(ctx, t)
	})
	step("OneTrace", func(t *testing.T) { i.oneTrace(ctx, t, r, p) })
	step("ForgedEvents", func(t *testing.T) { i.forge(ctx, t, db) })
	step("ColdStarts", func(t *testing.T) { i.coldStarts(ctx, t, rounds) })
	i.ticks(ctx, t)
	step("DeadLetter", func(t *testing.T) { i.deadLetter(ctx, t, p) })
	step("KillMidway", func(t *testing.T) { i.killMidway(ctx, t, r, p) })
	step("ReleaseAndRollback", func(t *testing.T) { i.release(ctx, t, r, p) })
}
