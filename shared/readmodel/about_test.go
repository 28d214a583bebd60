package readmodel_test

import (
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
)

// TestAbout: more facts than are looked through at once, and the person's at both ends.
func TestAbout(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := newRecorder(t, db)
	r.stream()
	r.append(t, event.PersonIntroduced{Person: anna, Locale: "de"})
	conn := db.Connect(t, db.Admin)
	if _, err := conn.Exec(t.Context(), `
		insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
		select $1, gen_random_uuid(), 1, gen_random_uuid(), 'io.dcm.tenant.registered.v1', '/', 'function:operator', 'c', 'c', now(), '', '{}', sha256('x') from generate_series(1, 10001)`, r.key.Tenant); err != nil {
		t.Fatal(err)
	}
	r.stream()
	r.append(t, event.RequestWithdrawn{By: anna})
	var found []event.Type
	err := readmodel.Facts{Log: db.Log(t, event.Web)}.About(t.Context(), r.key.Tenant, anna, func(f readmodel.Fact) error {
		found = append(found, f.Type)
		return nil
	})
	if err != nil || len(found) != 2 || found[0] != "io.dcm.person.introduced.v1" || found[1] != "io.dcm.request.withdrawn.v1" {
		t.Errorf("found %v, %v", found, err)
	}
}
