package flowtest

import (
	"bytes"
	"testing"
	"time"

	"dcm.io/dev/internal/demo"
)

// TestDemo is the main job from the wish to the proof, as `make demo` shows it.
func TestDemo(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	var told bytes.Buffer
	if err := demo.Play(ctx, &told, running.Run()); err != nil {
		t.Fatalf("%v\n%s", err, &told)
	}
	t.Log("\n" + told.String())
}

func TestSmallMachineIsApprovedByPolicy(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	emma := as(ctx, t, "emma.clark")
	r := await(ctx, t, emma, submit(ctx, t, emma, "S").ID, "ready")
	m := onlyMachine(t, r.ID)
	if m.CPUs != 2 || m.MemoryMB != 4096 || m.DiskKB != 50<<20 || m.PowerState != "poweredOn" {
		t.Errorf("the machine is %+v, want size S, switched on", m)
	}
	facts := types(ctx, t, emma, r.ID)
	if count(facts, "approval.opened") != 0 || count(facts, "approval.granted") != 1 {
		t.Errorf("a small machine needs nobody's word, got %q", facts)
	}
	mails(ctx, t, "emma.clark@globex.example", r.Name, 3)
}

func TestSizesAndSystems(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	emma, sarah := as(ctx, t, "emma.clark"), as(ctx, t, "sarah.hughes")
	w := wish("L")
	w.Template, w.Network = "windows-2022", "dmz"
	r, err := emma.Submit(ctx, "", w)
	if err != nil {
		t.Fatal(err)
	}
	await(ctx, t, emma, r.ID, "waiting")
	if _, err := sarah.Decide(ctx, r.ID, "approve", ""); err != nil {
		t.Fatal(err)
	}
	r = await(ctx, t, emma, r.ID, "ready", "failed")
	m := onlyMachine(t, r.ID)
	if m.CPUs != 8 || m.MemoryMB != 16<<10 || m.DiskKB != 200<<20 || m.Network != "globex-dmz" || m.Folder != "globex" {
		t.Errorf("the machine is %+v, want size L in globex' DMZ", m)
	}
}

func TestRejection(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana, anna := as(ctx, t, "jana.vogel"), as(ctx, t, "anna.berg")
	r := submit(ctx, t, jana, "XL")
	await(ctx, t, jana, r.ID, "waiting")
	_, err := anna.Decide(ctx, r.ID, "reject", "")
	refused(t, err, 422, "invalid_decision")
	if _, err := anna.Decide(ctx, r.ID, "reject", "Zu groß für dieses Projekt."); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, jana, r.ID, "rejected")
	_, err = anna.Decide(ctx, r.ID, "approve", "")
	refused(t, err, 409, "already_decided")
	mails(ctx, t, "jana.vogel@acme.example", r.Name, 2)
	if found := machines(r.ID); len(found) != 0 {
		t.Errorf("a rejected request has machines: %+v", found)
	}
}

func TestWithdrawal(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana, anna := as(ctx, t, "jana.vogel"), as(ctx, t, "anna.berg")
	r := submit(ctx, t, jana, "M")
	await(ctx, t, jana, r.ID, "waiting")
	if err := jana.Post(ctx, "/api/v1/requests/"+r.ID+"/withdrawal", "", struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, jana, r.ID, "withdrawn")
	_, err := anna.Decide(ctx, r.ID, "approve", "")
	refused(t, err, 409, "withdrawn")
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	anna := as(ctx, t, "anna.berg")
	r := submit(ctx, t, anna, "M")
	await(ctx, t, anna, r.ID, "waiting")
	_, err := anna.Decide(ctx, r.ID, "approve", "")
	refused(t, err, 403, "own_request")
	_, err = as(ctx, t, "paul.richter").Decide(ctx, r.ID, "approve", "")
	refused(t, err, 404, "not_found")
	if _, err := as(ctx, t, "tom.kaiser").Decide(ctx, r.ID, "approve", ""); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, anna, r.ID, "ready")
}

func TestTenantsDoNotMeet(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana, sarah := as(ctx, t, "jana.vogel"), as(ctx, t, "sarah.hughes")
	r := submit(ctx, t, jana, "M")
	await(ctx, t, jana, r.ID, "waiting")
	_, err := sarah.Request(ctx, r.ID)
	theirs := problem(t, err, 404, "not_found")
	_, err = sarah.Request(ctx, "0197f3a0-0000-7000-8000-00000000ffff")
	unknown := problem(t, err, 404, "not_found")
	if theirs.Detail != unknown.Detail {
		t.Errorf("another tenant's request answers %q, an unknown one %q", theirs.Detail, unknown.Detail)
	}
	_, err = sarah.Decide(ctx, r.ID, "approve", "")
	refused(t, err, 404, "not_found")
}

func TestSameKeySameRequest(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana := as(ctx, t, "jana.vogel")
	w := wish("M")
	first, err := jana.Submit(ctx, "once-"+w.Name, w)
	if err != nil {
		t.Fatal(err)
	}
	again, err := jana.Submit(ctx, "once-"+w.Name, w)
	if err != nil {
		t.Fatal(err)
	}
	if first.ID != again.ID {
		t.Errorf("the same key made two requests, %s and %s", first.ID, again.ID)
	}
	w.Size = "L"
	_, err = jana.Submit(ctx, "once-"+w.Name, w)
	refused(t, err, 409, "id_reused")
}

func TestAnotherViewerSeesAtOnce(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana, anna := as(ctx, t, "jana.vogel"), as(ctx, t, "anna.berg")
	changes, err := anna.Live(ctx)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r := submit(ctx, t, jana, "M")
	for {
		select {
		case c := <-changes:
			if c.StreamID == r.ID {
				t.Logf("seen after %s", time.Since(began).Round(time.Millisecond))
				return
			}
		case <-ctx.Done():
			t.Fatal("the approver's live view never heard of the request")
		}
	}
}
