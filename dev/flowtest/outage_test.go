package flowtest

import (
	"testing"
	"time"
)

// Outages take a shared part away, so these tests do not run beside others.
// Each begins the flow while the part is gone, sees it wait where a person can
// see it, and sees it finish by itself.

func TestBrokerAway(t *testing.T) {
	ctx := within(t)
	if err := running.BrokerDown(); err != nil {
		t.Fatal(err)
	}
	jana := as(ctx, t, "jana.vogel")
	r := submit(ctx, t, jana, "S")
	// Nobody rings; the ticks find what is owed.
	await(ctx, t, jana, r.ID, "ready")
	onlyMachine(t, r.ID)
	if err := running.BrokerUp(ctx); err != nil {
		t.Fatal(err)
	}
	mails(ctx, t, "jana.vogel@acme.example", r.Name, 3)
}

func TestVCenterAway(t *testing.T) {
	ctx := within(t)
	if err := running.VCenter.Down(); err != nil {
		t.Fatal(err)
	}
	jana := as(ctx, t, "jana.vogel")
	r := submit(ctx, t, jana, "S")
	for {
		seen, err := jana.Request(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Provisioning != nil && seen.Provisioning.Stalled != nil {
			if seen.Provisioning.Stalled.Code != "unreachable" {
				t.Errorf("it waits because of %q, want unreachable", seen.Provisioning.Stalled.Code)
			}
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := running.VCenter.Up(); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, jana, r.ID, "ready")
	onlyMachine(t, r.ID)
	if facts := types(ctx, t, jana, r.ID); count(facts, "provisioning.stalled") != 1 {
		t.Errorf("an outage is told once, got %q", facts)
	}
}

func TestMailServerAway(t *testing.T) {
	ctx := within(t)
	running.Mailbox.Refuse(421, 1000) // "service not available": the server, not the letter
	jana := as(ctx, t, "jana.vogel")
	r := submit(ctx, t, jana, "S")
	await(ctx, t, jana, r.ID, "ready") // mail holds nothing up
	if got := subjects("jana.vogel@acme.example", r.Name); len(got) != 0 {
		t.Fatalf("mails came through a server that refuses: %q", got)
	}
	running.Mailbox.Clear()
	mails(ctx, t, "jana.vogel@acme.example", r.Name, 3)
}

func TestObjectStoreAway(t *testing.T) {
	ctx := within(t)
	if err := running.Store.Stop(); err != nil {
		t.Fatal(err)
	}
	clara := as(ctx, t, "clara.stein")
	b, err := clara.Export(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if b.State != "requested" {
		t.Errorf("the bundle is %q, want requested", b.State)
	}
	time.Sleep(time.Second)
	if err := running.Store.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := clara.AwaitBundle(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := clara.Download(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
}

func TestDatabaseRestarted(t *testing.T) {
	ctx := within(t)
	jana := as(ctx, t, "jana.vogel")
	r := submit(ctx, t, jana, "S")
	if err := running.Postgres.Kill(); err != nil {
		t.Fatal(err)
	}
	for { // its children take a moment to notice
		_, err := jana.Request(ctx, r.ID)
		if err != nil {
			refused(t, err, 503, "database_unavailable")
			break
		}
	}
	if err := running.Postgres.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	for { // the pools find out one connection at a time
		if _, err := jana.Request(ctx, r.ID); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	await(ctx, t, jana, r.ID, "ready")
	onlyMachine(t, r.ID)
	mails(ctx, t, "jana.vogel@acme.example", r.Name, 3)
}
