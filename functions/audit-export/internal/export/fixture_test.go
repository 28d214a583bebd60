package export_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

var (
	tenant = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	begin  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end    = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	header = export.Header{
		Bundle: uuid.MustParse("0197f3a0-0000-7000-8000-00000000000b"), Tenant: tenant,
		RequestedBy: event.PersonID(tenant, "auditor"), RequestedAt: end.Add(time.Hour),
		From: begin, To: end, MadeAt: end.Add(2 * time.Hour), Software: "audit-export test",
	}
)

// story is what happens to one request, as long and as wordy as it is in truth.
func story(n int) []event.Fact {
	who := event.PersonID(tenant, fmt.Sprint("person ", n%97))
	box := make([]byte, 76) // 48 characters, sealed
	for i := 0; i < len(box); i += 4 {
		binary.LittleEndian.PutUint32(box[i:], uint32(n*2654435761+i*40503))
	}
	vm, connection := event.DeriveID(tenant, "vm", fmt.Sprint(n)), event.DeriveID(tenant, "connection")
	return []event.Fact{
		event.RequestSubmitted{
			Requester: who, Project: "webshop", Name: fmt.Sprintf("web-%05d", n), Template: "ubuntu-24.04", OS: "linux", Size: "M",
			VCPU: 4, RAMGiB: 8, DiskGiB: 100, Network: "production", LeaseDays: 90, MonthlyCents: 8400, Currency: "EUR",
			Connection: connection, Justification: event.Sealed{Person: who, Box: box},
		},
		event.ProvisioningStarted{
			VM: vm, Connection: connection, VMName: fmt.Sprintf("acme-web-%05d", n), Hostname: fmt.Sprintf("web-%05d", n),
			InstanceUUID: vm, Folder: "/DC0/vm/dcm/acme", ResourcePool: "/DC0/host/C0/Resources", TemplatePath: "/DC0/vm/templates/ubuntu-24.04",
		},
		event.ProvisioningAdvanced{Step: "clone", Task: fmt.Sprintf("task-%d", n)},
		event.ProvisioningAdvanced{Step: "power_on", Task: fmt.Sprintf("task-%d", n+1)},
		event.ProvisioningSucceeded{
			VM: vm, VMName: fmt.Sprintf("acme-web-%05d", n), Hostname: fmt.Sprintf("web-%05d", n),
			Address: fmt.Sprintf("10.0.%d.%d", n/250%250, n%250), Ref: fmt.Sprintf("vm-%d", n), InstanceUUID: vm,
		},
	}
}

// facts makes n facts, interleaved as many requests at a time are, one a second.
func facts(tb testing.TB, n int) []event.Envelope {
	tb.Helper()
	out := make([]event.Envelope, 0, n)
	for e, err := range stream(n) {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// abreast is how many requests are under way at any time.
const abreast = 7

func stream(n int) iter.Seq2[event.Envelope, error] {
	return func(yield func(event.Envelope, error) bool) {
		for first, made := 0, 0; made < n; first += abreast {
			heads := make([]eventlog.Head, abreast)
			for step := range len(story(0)) {
				for i := range abreast {
					if made == n {
						return
					}
					e, err := fact(first+i, step, made, heads[i])
					heads[i] = eventlog.Head{Version: e.Version, Hash: e.Hash}
					made++
					if !yield(e, err) {
						return
					}
				}
			}
		}
	}
}

func fact(request, step, second int, head eventlog.Head) (event.Envelope, error) {
	f := story(request)[step]
	by := event.Provision
	actor := event.By(by)
	if step == 0 {
		by, actor = event.Submit, event.Person(event.PersonID(tenant, fmt.Sprint("person ", request%97)))
	}
	id := event.DeriveID(tenant, "command", fmt.Sprint(request)).String()
	made, err := eventlog.Record{
		Key: eventlog.Key{Tenant: tenant, Stream: event.DeriveID(tenant, "request", fmt.Sprint(request))}, Expect: head,
		Cause: eventlog.Cause{
			ID: fmt.Sprintf("step %d of %s", step, id), CorrelationID: id, Actor: actor, By: by,
			At: begin.Add(time.Duration(second) * time.Second), TraceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		},
		Facts: []event.Fact{f},
	}.Envelopes()
	if err != nil {
		return event.Envelope{}, err
	}
	made[0].RecordedAt = made[0].OccurredAt.Add(3 * time.Millisecond)
	return made[0], nil
}

// unplaced are facts of a log that has no tree.
func unplaced(facts iter.Seq2[event.Envelope, error]) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		for e, err := range facts {
			if !yield(eventlog.Placed{Envelope: e, Leaf: -1}, err) {
				return
			}
		}
	}
}

func each(facts []event.Envelope) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		for _, e := range facts {
			if !yield(eventlog.Placed{Envelope: e, Leaf: -1}, nil) {
				return
			}
		}
	}
}

// nobody knows no predecessors.
func nobody(uuid.UUID, int64) ([]byte, error) { return nil, nil }

// bundle writes the bundle of facts.
func bundle(tb testing.TB, facts []event.Envelope, before export.Predecessor) ([]byte, export.Object) {
	tb.Helper()
	var b bytes.Buffer
	o, err := export.Write(&b, header, each(facts), before, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes(), o
}

func verify(tb testing.TB, archive []byte, expect string) export.Report {
	tb.Helper()
	r, err := export.Verify(bytes.NewReader(archive), int64(len(archive)), export.Trust{SHA256: expect}, runtime.GOMAXPROCS(0))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// failing yields a few facts, then an error.
func failing(facts []event.Envelope, err error) iter.Seq2[eventlog.Placed, error] {
	return func(yield func(eventlog.Placed, error) bool) {
		for _, e := range facts {
			if !yield(eventlog.Placed{Envelope: e, Leaf: -1}, nil) {
				return
			}
		}
		yield(eventlog.Placed{}, err)
	}
}
