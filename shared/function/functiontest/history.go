package functiontest

import (
	"time"

	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// start is the present of all tests.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Connection is the hypervisor connection that requests of the suite name.
var Connection = uuid.MustParse("0197f3a0-0000-5000-8000-00000000c0de")

// producer of a type, as the catalogue has it.
func producer(t event.Type) event.Function {
	for _, e := range event.Catalog {
		if e.Zero.EventType() == t {
			return e.From
		}
	}
	return ""
}

// history is a stream as functions write it, that ends with a fact of the type.
func history(fatalf func(string, ...any), wanted event.Type, tenant uuid.UUID) []event.Fact {
	requester, approver := event.PersonID(tenant, "requester"), event.PersonID(tenant, "approver")
	vm := event.DeriveID(tenant, "vm")
	receipt := event.Receipt{Policy: docket.Default.Name, Version: docket.Default.Version, Rule: "needs-approver", Outcome: docket.Require, Inputs: map[string]any{"size": "M"}}
	due := start.Add(7 * 24 * time.Hour)

	submitted := event.RequestSubmitted{
		Requester: requester, Project: "billing", Name: "web-1", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
		Network: "dmz", LeaseDays: 30, MonthlyCents: 8400, Currency: "EUR", Connection: Connection,
		Justification: event.Sealed{Person: requester, Box: []byte("sealed")},
	}
	opened := event.ApprovalOpened{Receipt: receipt, Role: docket.Default.Role, RemindAt: start.Add(24 * time.Hour), DueAt: due}
	granted := event.ApprovalGranted{By: approver, Receipt: receipt}
	started := event.ProvisioningStarted{VM: vm, VMName: "web-1", Hostname: "web-1", InstanceUUID: vm, Connection: Connection}
	failed := event.ProvisioningFailed{Step: "clone", Code: "insufficient_resources", Detail: "no memory", Retryable: true, RolledBack: true}
	requested := event.AuditRequested{By: requester, From: start.Add(-30 * 24 * time.Hour), To: start}

	waiting := []event.Fact{submitted, opened}
	building := []event.Fact{submitted, opened, granted, started}
	histories := [][]event.Fact{
		{submitted},
		{submitted, event.RequestWithdrawn{By: requester}},
		waiting,
		append(waiting[:2:2], event.ApprovalReminded{DueAt: due}),
		append(waiting[:2:2], granted),
		append(waiting[:2:2], event.ApprovalRejected{By: approver, Reason: event.Sealed{Person: approver, Box: []byte("sealed")}}),
		append(waiting[:2:2], event.ApprovalExpired{DueAt: due}),
		append(building[:4:4], event.ProvisioningSucceeded{VM: vm, VMName: "web-1", Hostname: "web-1", Address: "10.0.0.7", Ref: "vm-7", InstanceUUID: vm}),
		append(building[:4:4], failed),
		append(building[:4:4], failed, event.RequestRetried{By: requester}),
		{requested},
		{requested, event.AuditExported{ObjectKey: "bundles/1.zip", SHA256: "00", Bytes: 1, Facts: 1, LockedUntil: due}},
	}
	for _, h := range histories {
		if h[len(h)-1].EventType() == wanted {
			return h
		}
	}
	fatalf("no history ends with %s: add one", wanted)
	return nil
}
