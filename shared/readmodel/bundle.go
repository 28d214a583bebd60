package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Bundles answers what was taken out of the log. It is safe for concurrent use.
type Bundles struct{ Log *pglog.Log }

// A Bundle of the tenant's log; what it is made of is known once it is ready.
type Bundle struct {
	ID          uuid.UUID
	State       string
	From        time.Time
	To          time.Time
	RequestedBy uuid.UUID
	RequestedAt time.Time
	FinishedAt  *time.Time
	Facts       int64
	Bytes       int64
	SHA256      string
	ObjectKey   string
	LockedUntil *time.Time
}

const selectBundles = `select b.bundle_id, b.state, b.period_from, b.period_to, b.requested_by, b.requested_at, b.finished_at,
	coalesce(b.facts, 0), coalesce(b.bytes, 0), coalesce(b.sha256, ''), coalesce(b.object_key, ''), b.locked_until
	from dcm.bundles b where b.tenant_id = `

// Get finds one bundle; ErrNotFound if the tenant has no such.
func (q Bundles) Get(ctx context.Context, tenant, id uuid.UUID) (Bundle, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanBundle, selectBundles+`$1 and b.bundle_id = $2`, tenant, id))
}

// List returns a page of the tenant's bundles, newest first.
func (q Bundles) List(ctx context.Context, tenant uuid.UUID, after Mark, limit int) ([]Bundle, error) {
	var s query
	s.add(selectBundles+`?`, tenant)
	s.newestFirst(`b.requested_at`, `b.bundle_id`, after, limit)
	return pglog.Select(ctx, q.Log, tenant, scanBundle, s.sql.String(), s.args...)
}

func scanBundle(row pglog.Row) (b Bundle, err error) {
	err = row.Scan(&b.ID, &b.State, &b.From, &b.To, &b.RequestedBy, &b.RequestedAt, &b.FinishedAt,
		&b.Facts, &b.Bytes, &b.SHA256, &b.ObjectKey, &b.LockedUntil)
	return b, err
}
