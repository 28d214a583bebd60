package readmodel_test

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// Two customers of one installation; what one has, the other must never see.
var (
	acme   = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000b")
	ada    = event.PersonID(acme, "ada")
	bob    = event.PersonID(acme, "bob")
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

const masterKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

// A bench is a database and what a test does to it.
type bench struct {
	t      *testing.T
	db     *pgtest.DB
	web    *pglog.Log
	logs   map[event.Function]*pglog.Log
	causes atomic.Int64
}

func setup(t *testing.T) *bench {
	t.Helper()
	db := pgtest.New(t)
	b := &bench{t: t, db: db, web: db.Log(t, event.Web), logs: map[event.Function]*pglog.Log{}}
	b.logs[event.Web] = b.web
	return b
}

func (b *bench) log(f event.Function) *pglog.Log {
	if b.logs[f] == nil {
		b.logs[f] = b.db.Log(b.t, f)
	}
	return b.logs[f]
}

// record appends facts to a stream, each by the function whose it is.
func (b *bench) record(tenant, stream uuid.UUID, at time.Time, facts ...event.Fact) {
	b.t.Helper()
	for _, f := range facts {
		by := producer(f)
		log := b.log(by)
		before, err := log.Read(b.t.Context(), eventlog.Key{Tenant: tenant, Stream: stream})
		if err != nil {
			b.t.Fatal(err)
		}
		_, err = log.Append(b.t.Context(), eventlog.Record{
			Key: eventlog.Key{Tenant: tenant, Stream: stream}, Expect: eventlog.HeadOf(before), Facts: []event.Fact{f},
			Cause: eventlog.Cause{ID: "test-" + strconv.FormatInt(b.causes.Add(1), 10), Actor: event.By(by), By: by, At: at},
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

func producer(f event.Fact) event.Function {
	for _, e := range event.Catalog {
		if e.Zero.EventType() == f.EventType() {
			return e.From
		}
	}
	return ""
}

// submit records a request of size S and returns its id.
func (b *bench) submit(tenant, requester uuid.UUID, name string, at time.Time) uuid.UUID {
	b.t.Helper()
	id := event.DeriveID(tenant, "test-request", name)
	b.record(tenant, id, at, event.RequestSubmitted{
		Requester: requester, Project: "web-shop", Name: name, Template: "ubuntu-24.04", OS: "linux", Size: "S", VCPU: 2, RAMGiB: 4, DiskGiB: 50,
		Network: "dev", LeaseDays: 30, MonthlyCents: 3600, Currency: "EUR",
	})
	return id
}

func (b *bench) vault() *vault.Vault {
	b.t.Helper()
	v, err := vault.New(masterKey, b.web)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *bench) requests() readmodel.Requests { return readmodel.Requests{Log: b.web} }

func names(rows []readmodel.Request) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return out
}
