//go:build cluster

package clustertest

import (
	"context"
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// killMidway kills provision's Pod while its call to clone is under way: the
// vCenter makes the machine, and nobody hears the answer. The next tick must find
// it and go on, and make no second one.
func (i *installation) killMidway(ctx context.Context, t *testing.T, r stack.Run, p people) {
	t.Helper()
	i.tamper(ctx, t, "/vcenter/delay?method=CloneVM_Task&for=4s")
	request, err := p.wish(ctx, unique("kill"), "S")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.jana.Await(ctx, request.ID, "provisioning"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // into the call
	killed := time.Now()
	i.must(ctx, t, "delete", "pods", "--selector="+belongsTo+"=provision", "--grace-period=0", "--force")
	i.tamper(ctx, t, "/vcenter/delay?method=CloneVM_Task&for=0s")
	ready, err := p.jana.Await(ctx, request.ID, "ready", "failed")
	if err != nil {
		t.Fatal(err)
	}
	if ready.State != "ready" {
		t.Fatalf("the machine was not made: %+v", ready.Provisioning.Failure)
	}
	found, err := demo.OneMachine(ctx, r, ready)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("ready %s after the kill, one machine: %s", time.Since(killed).Round(100*time.Millisecond), found)
}
