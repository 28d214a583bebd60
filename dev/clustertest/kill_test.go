//go:build cluster

package clustertest

import (
	"context"
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
	"dcm.io/dev/internal/stack"
)

// killMidway kills provision's Pod in the worst moment: the vCenter has begun to
// make the machine, and its answer is on the way. Nothing of it is in the log.
// Whoever takes the work up when the lease has ended must find the machine and go
// on with it, and make no second one.
func (i *installation) killMidway(ctx context.Context, t *testing.T, r stack.Run, p people) {
	t.Helper()
	i.tamper(ctx, t, "/vcenter/hold?method=CloneVM_Task&for=60s")
	request, err := p.wish(ctx, unique("kill"), "S")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.jana.Await(ctx, request.ID, "provisioning"); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if _, err = demo.OneMachine(ctx, r, request); err == nil {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("the vCenter was not asked for the machine: %v", err)
		}
	}
	killed := time.Now()
	i.must(ctx, t, "delete", "pods", "--selector="+belongsTo+"=provision", "--grace-period=1")
	i.tamper(ctx, t, "/vcenter/hold?method=CloneVM_Task&for=0s")
	t.Logf("killed in the middle of the call, gone %s later", time.Since(killed).Round(100*time.Millisecond))
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
