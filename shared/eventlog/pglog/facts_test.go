package pglog_test

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// always is a period that nothing is outside of.
var (
	longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	distant = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// TestFactsWaitForSlowTransactions: an append that began earlier and commits
// later has a lower position. Reading the whole log must neither miss it nor
// what committed before it.
func TestFactsWaitForSlowTransactions(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := db.Log(t, event.Submit)
	tenant := uuid.Must(uuid.NewV7())
	slow, err := db.Connect(t, db.Admin).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Exec(t.Context(), insertFact, tenant); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), submission(tenant)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	const takes = 300 * time.Millisecond
	committed := make(chan error, 1)
	go func() {
		time.Sleep(takes)
		committed <- slow.Commit(t.Context())
	}()
	n := 0
	within, err := log.Horizon(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range log.Facts(t.Context(), tenant, within, longAgo, distant) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if err := <-committed; err != nil {
		t.Fatal(err)
	}
	if n != 2 || time.Since(begun) < takes {
		t.Errorf("%d facts after %v, want both, after the slow one has committed", n, time.Since(begun))
	}
}

// TestFactsInPages reads more than a page, in order, and only the period.
func TestFactsInPages(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	tenant := uuid.Must(uuid.NewV7())
	run(t, db, `insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, recorded_at, traceparent, data, hash)
		select $1, gen_random_uuid(), 1, gen_random_uuid(), 'unknown.v9', 's', 'person:p', n::text, 'c', now(), timestamptz '2026-03-01 00:00:00Z' + n * interval '1 second', '', '{}', sha256('x')
		from generate_series(0, 4999) n`, tenant)
	log := db.Log(t, event.AuditExport)
	from := time.Date(2026, 3, 1, 0, 0, 100, 0, time.UTC)
	next := 100
	within, err := log.Horizon(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range log.Facts(t.Context(), tenant, within, from, from.Add(4500*time.Second)) {
		if err != nil {
			t.Fatal(err)
		}
		if want := from.Add(time.Duration(next-100) * time.Second); !e.RecordedAt.Equal(want) || e.Fact != nil {
			t.Fatalf("fact %d is of %v, want %v", next, e.RecordedAt, want)
		}
		next++
	}
	if next != 4600 {
		t.Errorf("%d facts, want 4500: the end is exclusive", next-100)
	}
}
