package pglog_test

import (
	"errors"
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/merkle"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// TestReceipt: a fact can be proven once it is signed for, to its own tenant.
func TestReceipt(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	export, web := db.Log(t, event.AuditExport), db.Log(t, event.Web)
	record := recorder(t, db)
	tenant, other := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for range 5 {
		record(tenant)
		record(other)
	}
	ids := query[uuid.UUID](t, db, `select fact_id from dcm.facts where tenant_id = '`+tenant.String()+`' order by position`)

	if _, err := web.Receipt(t.Context(), tenant, ids[0]); !errors.Is(err, pglog.ErrNotSigned) {
		t.Errorf("in no tree yet: %v", err)
	}
	settle(t, export)
	sequence(t, export)
	if _, err := web.Receipt(t.Context(), tenant, ids[0]); !errors.Is(err, pglog.ErrNotSigned) {
		t.Errorf("not signed yet: %v", err)
	}
	signer := checkpointtest.Signer(t)
	checkpointtest.SignTree(t, export, signer, tenant, time.Now())
	record(tenant)
	settle(t, export)
	sequence(t, export)
	late := query[uuid.UUID](t, db, `select fact_id from dcm.facts where tenant_id = '`+tenant.String()+`' order by position desc limit 1`)[0]
	if _, err := web.Receipt(t.Context(), tenant, late); !errors.Is(err, pglog.ErrNotSigned) {
		t.Errorf("recorded after the newest checkpoint: %v", err)
	}
	for _, strange := range []struct{ tenant, fact uuid.UUID }{{other, ids[0]}, {tenant, uuid.New()}} {
		if _, err := web.Receipt(t.Context(), strange.tenant, strange.fact); !errors.Is(err, pglog.ErrNoFact) {
			t.Errorf("fact %s of tenant %s: %v", strange.fact, strange.tenant, err)
		}
	}

	for place, id := range ids {
		r, err := web.Receipt(t.Context(), tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := r.Line()
		if err != nil || e.ID != id || e.Leaf != int64(place) {
			t.Fatalf("%+v, %v", e, err)
		}
		c, _, err := checkpoint.Keys{signer.Key()}.Open([]byte(r.Note))
		if err != nil {
			t.Fatal(err)
		}
		part, err := merkle.Assemble(c.Size, map[int64]merkle.Hash{e.Leaf: merkle.LeafHash(eventlog.Leaf(e.Envelope))}, r.Cover)
		if err != nil || part.Root() != c.Root {
			t.Errorf("fact %d does not lead to the root: %v", place, err)
		}
	}
}
