package readmodel

import (
	"context"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Changes follows the whole log for the live view: which stream of which tenant
// changed, nothing of what is in it. Only web may ask. It is safe for concurrent
// use.
type Changes struct{ Log *pglog.Log }

// A Place in the order of commits.
type Place struct {
	XID      string // a transaction id in decimals
	Position int64
}

// A Change says that a fact was recorded.
type Change struct {
	Place   Place
	Tenant  uuid.UUID
	Stream  uuid.UUID
	Version int64
	Type    event.Type
}

// Now is the place behind everything that After can show at this moment: what
// it shows later is behind Now.
func (q Changes) Now(ctx context.Context) (Place, error) {
	return first(pglog.SelectAcross(ctx, q.Log, func(row pglog.Row) (p Place, err error) {
		err = row.Scan(&p.XID)
		return p, err
	}, `select pg_snapshot_xmin(pg_current_snapshot())::text`))
}

// After lists what was recorded behind a place, in order, at most limit. It
// misses nothing: what could still be overtaken by a slower transaction is not
// shown yet.
func (q Changes) After(ctx context.Context, p Place, limit int) ([]Change, error) {
	return pglog.SelectAcross(ctx, q.Log, func(row pglog.Row) (c Change, err error) {
		err = row.Scan(&c.Place.XID, &c.Place.Position, &c.Tenant, &c.Stream, &c.Version, &c.Type)
		return c, err
	}, `select c.xid::text, c.position, c.tenant_id, c.stream_id, c.version, c.type from dcm.changes($1::text::xid8, $2, $3) c`,
		p.XID, p.Position, limit)
}

// Requesters tells whose requests some streams are. Streams that are no
// requests are missing in the answer.
func (q Changes) Requesters(ctx context.Context, tenant uuid.UUID, streams []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	type owned struct{ stream, person uuid.UUID }
	rows, err := pglog.Select(ctx, q.Log, tenant, func(row pglog.Row) (o owned, err error) {
		err = row.Scan(&o.stream, &o.person)
		return o, err
	}, `select r.request_id, r.requester_id from dcm.requests r where r.tenant_id = $1 and r.request_id = any($2)`, tenant, streams)
	owners := make(map[uuid.UUID]uuid.UUID, len(rows))
	for _, o := range rows {
		owners[o.stream] = o.person
	}
	return owners, err
}

// Data reads the data of facts by stream and version, in no order.
func (q Changes) Data(ctx context.Context, tenant uuid.UUID, facts []Change) ([]Fact, error) {
	streams, versions := make([]uuid.UUID, len(facts)), make([]int64, len(facts))
	for i, f := range facts {
		streams[i], versions[i] = f.Stream, f.Version
	}
	return pglog.Select(ctx, q.Log, tenant, scanFact,
		selectFact+`
		from unnest($2::uuid[], $3::bigint[]) want(stream_id, version)
		join dcm.facts f on f.tenant_id = $1 and f.stream_id = want.stream_id and f.version = want.version`, tenant, streams, versions)
}
