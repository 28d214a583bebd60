package readmodel_test

import (
	"errors"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

func TestVMs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.VMs{Log: b.web}
	build := func(tenant, owner uuid.UUID, name string, at time.Time) uuid.UUID {
		id, vm := b.submit(tenant, owner, name, at), event.DeriveID(tenant, "vm", name)
		b.record(tenant, id, at, event.ProvisioningSucceeded{VM: vm, VMName: name, Hostname: name, Address: "10.0.0.7", InstanceUUID: vm})
		return vm
	}
	mine := build(acme, ada, "shop-1", noon)
	build(acme, ada, "shop-2", noon)
	build(acme, bob, "mail-1", noon.Add(time.Hour))
	build(globex, event.PersonID(globex, "gwen"), "shop-9", noon)

	v, err := q.Get(t.Context(), acme, mine)
	if err != nil || v.Name != "shop-1" || v.Address != "10.0.0.7" || v.Owner != ada || !v.LeaseEndsAt.Equal(noon.AddDate(0, 0, 30)) {
		t.Errorf("got %+v %v", v, err)
	}
	if _, err := q.Get(t.Context(), globex, mine); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("another tenant got %v", err)
	}
	seen := map[string]bool{}
	f := readmodel.VMFilter{Limit: 1}
	for {
		rows, err := q.List(t.Context(), acme, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		if seen[rows[0].Name] {
			t.Fatalf("%s comes twice", rows[0].Name)
		}
		seen[rows[0].Name] = true
		f.After = readmodel.Mark{At: rows[0].CreatedAt, ID: rows[0].ID}
	}
	if len(seen) != 3 {
		t.Errorf("paged through %v", seen)
	}
	rows, err := q.List(t.Context(), acme, readmodel.VMFilter{Owner: ada, Prefix: "shop", Limit: 10})
	if err != nil || len(rows) != 2 {
		t.Errorf("got %d %v", len(rows), err)
	}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.Inbox{Log: b.web}
	stream := event.InboxStream(acme, ada)
	for i := range 3 {
		b.record(acme, stream, noon.Add(time.Duration(i)*time.Minute), event.NotificationQueued{
			Notification: event.DeriveID(acme, "n", string(rune('a'+i))), Message: "vm_ready", Recipient: ada, Subject: "shop-1", Request: uuid.New(),
		})
	}
	b.record(acme, stream, noon, event.NotificationQueued{Notification: uuid.New(), Message: "vm_ready", Recipient: bob})
	if n, err := q.Unread(t.Context(), acme, ada); err != nil || n != 3 {
		t.Errorf("%d %v unread before", n, err)
	}
	b.record(acme, stream, noon.Add(time.Hour), event.NotificationRead{Person: ada, UpTo: noon.Add(time.Minute)})
	if n, err := q.Unread(t.Context(), acme, ada); err != nil || n != 1 {
		t.Errorf("%d %v unread after", n, err)
	}
	rows, err := q.List(t.Context(), acme, ada, readmodel.Mark{}, 10)
	if err != nil || len(rows) != 3 || rows[0].Read || !rows[1].Read || rows[0].Request == nil || rows[0].Bundle != nil {
		t.Errorf("got %+v %v", rows, err)
	}
	next, err := q.List(t.Context(), acme, ada, readmodel.Mark{At: rows[0].QueuedAt, ID: rows[0].ID}, 10)
	if err != nil || len(next) != 2 {
		t.Errorf("got %d %v behind the first", len(next), err)
	}
	if rows, err := q.List(t.Context(), globex, ada, readmodel.Mark{}, 10); err != nil || len(rows) != 0 {
		t.Errorf("another tenant got %v %v", rows, err)
	}
}

func TestBundles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := readmodel.Bundles{Log: b.web}
	older, newer := uuid.New(), uuid.New()
	b.record(acme, older, noon, event.AuditRequested{By: bob, From: noon.AddDate(0, -1, 0), To: noon})
	b.record(acme, newer, noon.Add(time.Hour), event.AuditRequested{By: bob, From: noon.AddDate(0, -1, 0), To: noon})
	b.record(acme, older, noon.Add(time.Minute), event.AuditExported{ObjectKey: "acme/1", SHA256: "aa", Bytes: 10, Facts: 2, LockedUntil: noon.AddDate(7, 0, 0)})
	rows, err := q.List(t.Context(), acme, readmodel.Mark{}, 10)
	if err != nil || len(rows) != 2 || rows[0].ID != newer || rows[0].State != "requested" || rows[0].FinishedAt != nil {
		t.Fatalf("got %+v %v", rows, err)
	}
	if r := rows[1]; r.State != "ready" || r.Facts != 2 || r.SHA256 != "aa" || r.LockedUntil == nil {
		t.Errorf("got %+v", r)
	}
	if _, err := q.Get(t.Context(), globex, older); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("another tenant got %v", err)
	}
}
