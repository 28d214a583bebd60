package readmodel_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// A recorder appends facts one after the other, each as the function that
// produces it and with that function's rights.
type recorder struct {
	db     *pgtest.DB
	logs   map[event.Function]*pglog.Log
	key    eventlog.Key
	head   eventlog.Head
	facts  int
	record []event.Envelope
}

func newRecorder(t *testing.T, db *pgtest.DB) *recorder {
	t.Helper()
	logs := map[event.Function]*pglog.Log{}
	for _, e := range event.Catalog {
		if logs[e.From] == nil && e.From != event.Anyone {
			logs[e.From] = db.Log(t, e.From)
		}
	}
	return &recorder{db: db, logs: logs, key: eventlog.Key{Tenant: uuid.Must(uuid.NewV7())}}
}

// stream begins a new stream.
func (r *recorder) stream() {
	r.key.Stream, r.head = uuid.Must(uuid.NewV7()), eventlog.Head{}
}

// at is when the n-th fact of a recorder occurs.
func at(n int) time.Time {
	return time.Date(2026, 3, 2, 9, 0, n, 123456000, time.UTC)
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func (r *recorder) append(t failer, f event.Fact) event.Envelope {
	t.Helper()
	e, err := r.try(f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return e
}

// try is append for those who must not end the test.
func (r *recorder) try(f event.Fact) (event.Envelope, error) {
	by := producer(f)
	r.facts++
	recorded, err := r.logs[by].Append(newContext(), eventlog.Record{
		Key: r.key, Expect: r.head, Facts: []event.Fact{f},
		Cause: eventlog.Cause{ID: strconv.Itoa(r.facts), CorrelationID: "root", Actor: event.By(by), By: by, At: at(r.facts)},
	})
	if err != nil {
		return event.Envelope{}, fmt.Errorf("%s appends %s: %w", by, f.EventType(), err)
	}
	r.head = eventlog.HeadOf(recorded)
	r.record = append(r.record, recorded...)
	return recorded[0], nil
}

// row is a row as JSON has it, without what is the same for all rows.
func (r *recorder) row(t failer, table string) map[string]any {
	t.Helper()
	rows := r.rows(t, table)
	if len(rows) != 1 {
		t.Fatalf("%s has %d rows, want 1", table, len(rows))
	}
	return rows[0]
}

func (r *recorder) rows(t failer, table string) []map[string]any {
	t.Helper()
	texts, err := pglog.Select(newContext(), r.logs[event.Web], r.key.Tenant, func(row pglog.Row) (s string, err error) {
		err = row.Scan(&s)
		return s, err
	}, `select (to_jsonb(x) - 'tenant_id')::text from dcm.`+table+` x order by 1`)
	if err != nil {
		t.Fatalf("read %s: %v", table, err)
	}
	var rows []map[string]any
	for _, s := range texts {
		var row map[string]any
		if err := json.Unmarshal([]byte(s), &row); err != nil {
			t.Fatalf("%v", err)
		}
		rows = append(rows, row)
	}
	return rows
}

// Who and what the tests' facts are about.
var (
	anna   = uuid.MustParse("0197f3a0-0000-5000-8000-00000000a22a")
	bert   = uuid.MustParse("0197f3a0-0000-5000-8000-00000000be27")
	vm     = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")
	vc     = uuid.MustParse("0197f3a0-0000-5000-8000-0000000000c0")
	due    = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	inputs = map[string]any{"size": "M", "vcpu": 4.0}

	receipt   = event.Receipt{Policy: "default", Version: 1, Rule: "needs-approver", Outcome: "require", Inputs: inputs}
	submitted = event.RequestSubmitted{
		Requester: anna, Project: "billing", Name: "web-1", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
		Network: "dmz", LeaseDays: 30, MonthlyCents: 8400, Currency: "EUR", Connection: vc, Justification: event.Sealed{Person: anna, Box: []byte{1, 2}},
	}
	opened    = event.ApprovalOpened{Receipt: receipt, Role: "approver", RemindAt: due.Add(-time.Hour), DueAt: due}
	reminded  = event.ApprovalReminded{DueAt: due}
	granted   = event.ApprovalGranted{By: bert, Receipt: receipt, Comment: event.Sealed{Person: bert, Box: []byte{3}}}
	rejected  = event.ApprovalRejected{By: bert, Reason: event.Sealed{Person: bert, Box: []byte{4}}}
	started   = event.ProvisioningStarted{VM: vm, VMName: "acme-web-1", Hostname: "web-1", InstanceUUID: vm, Connection: vc}
	advanced  = event.ProvisioningAdvanced{Step: "power_on", Task: "task-7"}
	stalled   = event.ProvisioningStalled{Step: "power_on", Code: "unreachable", Detail: "no route"}
	succeeded = event.ProvisioningSucceeded{VM: vm, VMName: "acme-web-1", Hostname: "web-1", Address: "10.0.0.7", Ref: "vm-7", InstanceUUID: vm}
	failed    = event.ProvisioningFailed{Step: "clone", Code: "no_space", Detail: "datastore is full", Retryable: true, RolledBack: true}
)

// TestRequestRow follows one request through every fact there is about it. Each
// step says what it changes in the row; the rest must stay.
func TestRequestRow(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, pgtest.New(t))
	r.stream()
	stamp := func(n int) string { return at(n).Format("2006-01-02T15:04:05.999999+00:00") }
	steps := []struct {
		fact    event.Fact
		changes map[string]any
	}{
		{submitted, map[string]any{
			"request_id": r.key.Stream.String(), "state": "submitted", "requester_id": anna.String(), "project": "billing", "name": "web-1", "template": "ubuntu-24.04",
			"os": "linux", "size": "M", "vcpu": 4.0, "ram_gib": 8.0, "disk_gib": 100.0, "network": "dmz", "lease_days": 30.0, "monthly_cents": 8400.0, "currency": "EUR",
			"connection_id": vc.String(), "justification": `\x0102`, "submitted_at": stamp(1), "receipt": nil, "due_at": nil, "decided_at": nil, "decided_by": nil,
			"decision": nil, "reason": nil, "role": nil, "replaces": nil, "step": nil, "vm_id": nil, "vm_name": nil, "stalled": nil, "failure": nil, "started_at": nil, "finished_at": nil,
		}},
		{opened, map[string]any{
			"state": "waiting", "role": "approver", "due_at": "2026-03-09T09:00:00+00:00",
			"receipt": map[string]any{"policy": "default", "version": 1.0, "rule": "needs-approver", "outcome": "require", "inputs": inputs},
		}},
		{rejected, map[string]any{"state": "rejected", "decision": "reject", "decided_by": bert.String(), "decided_at": stamp(3), "reason": `\x04`}},
		{granted, map[string]any{"state": "approved", "decision": "approve", "decided_at": stamp(4), "reason": `\x03`}},
		{started, map[string]any{"state": "provisioning", "vm_id": vm.String(), "vm_name": "acme-web-1", "step": "clone", "started_at": stamp(5)}},
		{stalled, map[string]any{"stalled": map[string]any{"code": "unreachable", "detail": "no route"}}},
		{advanced, map[string]any{"step": "power_on", "stalled": nil}},
		{failed, map[string]any{
			"state": "failed", "finished_at": stamp(8),
			"failure": map[string]any{"step": "clone", "code": "no_space", "detail": "datastore is full", "retryable": true},
		}},
		{event.RequestRetried{By: anna}, map[string]any{"state": "approved", "failure": nil, "finished_at": nil}},
		{stalled, map[string]any{"stalled": map[string]any{"code": "unreachable", "detail": "no route"}}},
		{succeeded, map[string]any{"state": "ready", "step": "done", "stalled": nil, "finished_at": stamp(11)}},
		{event.ApprovalExpired{DueAt: due}, map[string]any{"state": "expired"}},
		{event.RequestWithdrawn{By: anna}, map[string]any{"state": "withdrawn"}},
		{event.ApprovalGranted{Automatic: true, Receipt: event.Receipt{Policy: "p", Inputs: map[string]any{}}}, map[string]any{
			"state": "approved", "decided_by": nil, "decided_at": stamp(14),
			"reason": `\x`, "receipt": map[string]any{"policy": "p", "version": 0.0, "rule": "", "outcome": "", "inputs": map[string]any{}},
		}},
	}
	want := map[string]any{}
	for i, step := range steps {
		e := r.append(t, step.fact)
		maps.Copy(want, step.changes)
		want["updated_at"], want["version"] = stamp(i+1), float64(e.Version)
		if got := r.row(t, "requests"); !reflect.DeepEqual(got, want) {
			t.Fatalf("after %s:\n%v\nwant\n%v", e.Type, got, want)
		}
	}
	vms := r.row(t, "vms")
	wantVM := map[string]any{
		"vm_id": vm.String(), "request_id": r.key.Stream.String(), "owner_id": anna.String(), "name": "web-1", "project": "billing", "template": "ubuntu-24.04", "os": "linux",
		"size": "M", "vcpu": 4.0, "ram_gib": 8.0, "disk_gib": 100.0, "network": "dmz", "monthly_cents": 8400.0, "currency": "EUR", "power_state": "on", "address": "10.0.0.7",
		"hostname": "web-1", "instance_uuid": vm.String(), "ref": "vm-7", "created_at": stamp(11), "lease_ends_at": at(11).AddDate(0, 0, 30).Format("2006-01-02T15:04:05.999999+00:00"),
	}
	if !reflect.DeepEqual(vms, wantVM) {
		t.Errorf("vm:\n%v\nwant\n%v", vms, wantVM)
	}
}

// TestOtherRows: what is not about a request.
func TestOtherRows(t *testing.T) {
	t.Parallel()
	request, note := uuid.New(), uuid.New()
	stamp := func(n int) string { return at(n).Format("2006-01-02T15:04:05.999999+00:00") }
	queued := event.NotificationQueued{Notification: note, Message: "decision_needed", Recipient: anna, Subject: "web-1", Request: request}
	connection := event.ConnectionConfigured{
		Kind: "vsphere", Name: "vc1", URL: "https://vc", Thumbprint: "AA", Datacenter: "dc", ResourcePool: "rp", Datastore: "ds", Folder: "f",
		Templates: []event.Template{{Key: "k", Name: "n", OS: "linux", Path: "/p"}},
	}
	cases := map[string]struct {
		facts []event.Fact
		table string
		want  map[string]any // of the one row; the stream's id is "stream"
	}{
		"Tenant":        {facts: []event.Fact{event.TenantRegistered{Slug: "acme", Name: "Acme", Locale: "de"}}, table: "tenants", want: map[string]any{"slug": "acme", "name": "Acme", "locale": "de"}},
		"TenantRenamed": {facts: []event.Fact{event.TenantRegistered{Slug: "acme", Name: "Acme", Locale: "de"}, event.TenantRegistered{Slug: "acme", Name: "Acme AG", Locale: "en"}}, table: "tenants", want: map[string]any{"slug": "acme", "name": "Acme AG", "locale": "en"}},
		"Person": {
			facts: []event.Fact{event.PersonIntroduced{Person: anna, Profile: event.Sealed{Person: anna, Box: []byte{9}}, Locale: "de", Roles: []string{"user", "approver"}}},
			table: "people", want: map[string]any{"person_id": anna.String(), "profile": `\x09`, "locale": "de", "roles": []any{"user", "approver"}, "erased_at": nil},
		},
		"PersonWithoutRoles": {
			facts: []event.Fact{event.PersonIntroduced{Person: anna, Locale: "de", Roles: []string{"user"}}, event.PersonIntroduced{Person: anna, Locale: "en"}},
			table: "people", want: map[string]any{"person_id": anna.String(), "profile": `\x`, "locale": "en", "roles": []any{}, "erased_at": nil},
		},
		"Erased": {
			facts: []event.Fact{event.PersonIntroduced{Person: anna, Profile: event.Sealed{Person: anna, Box: []byte{9}}, Locale: "de", Roles: []string{"user"}}, event.PersonErased{Person: anna, By: bert, Reason: "asked"}},
			table: "people", want: map[string]any{"person_id": anna.String(), "profile": `\x09`, "locale": "de", "roles": []any{}, "erased_at": stamp(2)},
		},
		"ErasedAgain": {
			facts: []event.Fact{event.PersonIntroduced{Person: anna, Locale: "de"}, event.PersonErased{Person: anna, By: bert, Reason: "asked"}, event.ErasureRepeated{Person: anna}},
			table: "people", want: map[string]any{"person_id": anna.String(), "profile": `\x`, "locale": "de", "roles": []any{}, "erased_at": stamp(2)},
		},
		"Connection": {
			facts: []event.Fact{event.ConnectionConfigured{Kind: "vsphere", Name: "old"}, connection},
			table: "connections", want: map[string]any{
				"connection_id": "stream", "kind": "vsphere", "name": "vc1", "url": "https://vc", "thumbprint": "AA", "datacenter": "dc", "resource_pool": "rp", "datastore": "ds", "folder": "f",
				"templates": []any{map[string]any{"key": "k", "name": "n", "os": "linux", "path": "/p"}}, "networks": nil,
			},
		},
		"Queued": {facts: []event.Fact{queued}, table: "inbox", want: map[string]any{
			"person_id": anna.String(), "notification_id": note.String(), "message": "decision_needed", "subject": "web-1", "request_id": request.String(), "bundle_id": nil, "queued_at": stamp(1), "mail": "queued",
		}},
		"Sent": {
			facts: []event.Fact{queued, event.NotificationSent{Notification: note, Message: "decision_needed", Recipient: anna}}, table: "inbox", want: map[string]any{
				"person_id": anna.String(), "notification_id": note.String(), "message": "decision_needed", "subject": "web-1", "request_id": request.String(), "bundle_id": nil, "queued_at": stamp(1), "mail": "sent",
			},
		},
		"NotSent": {
			facts: []event.Fact{queued, event.NotificationFailed{Notification: note, Recipient: anna, Code: "recipient_refused"}}, table: "inbox", want: map[string]any{
				"person_id": anna.String(), "notification_id": note.String(), "message": "decision_needed", "subject": "web-1", "request_id": request.String(), "bundle_id": nil, "queued_at": stamp(1), "mail": "failed",
			},
		},
		"Read": {
			facts: []event.Fact{event.NotificationRead{Person: anna, UpTo: due}, event.NotificationRead{Person: anna, UpTo: due.Add(-time.Hour)}},
			table: "inbox_reads", want: map[string]any{"person_id": anna.String(), "up_to": "2026-03-09T09:00:00+00:00"}, // never unread again
		},
		"BundleRequested": {
			facts: []event.Fact{event.AuditRequested{By: anna, From: due.Add(-time.Hour), To: due}}, table: "bundles", want: map[string]any{
				"bundle_id": "stream", "state": "requested", "period_from": "2026-03-09T08:00:00+00:00", "period_to": "2026-03-09T09:00:00+00:00", "requested_by": anna.String(), "requested_at": stamp(1),
				"finished_at": nil, "facts": nil, "bytes": nil, "sha256": nil, "object_key": nil, "locked_until": nil,
			},
		},
		"BundleReady": {
			facts: []event.Fact{
				event.AuditRequested{By: anna, From: due.Add(-time.Hour), To: due},
				event.AuditExported{ObjectKey: "o", SHA256: "ab", Bytes: 5, Facts: 6, LockedUntil: due},
				event.AuditDownloaded{By: bert, ExpiresAt: due},
			},
			table: "bundles", want: map[string]any{
				"bundle_id": "stream", "state": "ready", "period_from": "2026-03-09T08:00:00+00:00", "period_to": "2026-03-09T09:00:00+00:00", "requested_by": anna.String(), "requested_at": stamp(1),
				"finished_at": stamp(2), "facts": 6.0, "bytes": 5.0, "sha256": "ab", "object_key": "o", "locked_until": "2026-03-09T09:00:00+00:00",
			},
		},
	}
	db := pgtest.New(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRecorder(t, db)
			r.stream()
			for _, f := range tc.facts {
				r.append(t, f)
			}
			for column, value := range tc.want {
				if value == "stream" {
					tc.want[column] = r.key.Stream.String()
				}
			}
			if got := r.row(t, tc.table); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%s:\n%v\nwant\n%v", tc.table, got, tc.want)
			}
		})
	}
}
