package pglog

import (
	"context"
	"errors"
	"fmt"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of growing a tree.
var (
	// ErrMoved says that the tree has grown in another database cluster, and that
	// nobody has said that this is known: dcmctl log epoch accept does.
	ErrMoved = fault.New(fault.Transient, "log_moved", "The event log was moved or restored. Its operator has to accept this first.")
	// ErrRaced says that another sequencer was faster; nothing is lost.
	ErrRaced = fault.New(fault.Conflict, "tree_raced", "Somebody else was faster. Try again.")
	// ErrTreeDamaged says that the tree lacks what it must have.
	ErrTreeDamaged = fault.New(fault.Internal, "tree_damaged", "The history tree is damaged. Somebody has changed the database.")
)

// An Unsequenced is a fact that is in no tree yet.
type Unsequenced struct {
	Key     eventlog.Key
	Version int64

	xid      string
	position int64
	settled  bool // the mark may move here
}

// Unsequenced lists facts of all tenants but those named that are in no tree yet,
// in the order in which they go there, at most limit. It tells nothing of what they
// are. Only audit-export's login may ask, and call Mark and Sequence.
func (l *Log) Unsequenced(ctx context.Context, limit int, without ...uuid.UUID) ([]Unsequenced, error) {
	if without == nil {
		without = []uuid.UUID{} // null would leave all of them out
	}
	return SelectAcross(ctx, l, func(row Row) (u Unsequenced, err error) {
		err = row.Scan(&u.xid, &u.position, &u.Key.Tenant, &u.Key.Stream, &u.Version, &u.settled)
		return u, err
	}, `select xid::text, position, tenant_id, stream_id, version, settled from dcm.unsequenced($1, $2)`, limit, without)
}

// Mark remembers that all facts up to the last of these are in their trees, so
// that they are not looked at again. The database makes sure, and leaves the mark
// where it is if others before them are not.
func (l *Log) Mark(ctx context.Context, done []Unsequenced) error {
	for i := len(done) - 1; i >= 0; i-- {
		if u := done[i]; u.settled {
			ctx, cancel := context.WithTimeout(ctx, answerLimit)
			defer cancel()
			_, err := l.pool.Exec(ctx, `select dcm.mark_sequenced($1, $2::text::xid8, $3)`, u.Key.Tenant, u.xid, u.position)
			return classify("mark what is sequenced", err)
		}
	}
	return nil
}

const (
	selectTree = `
select coalesce((select t.n + 1 from dcm.tree_leaves t where t.tenant_id = $1 order by t.n desc limit 1), 0), coalesce(e.epoch, 0), coalesce(e.began, 0)
from (values (1)) one left join lateral
  (select e.epoch, e.began from dcm.tree_epochs e where e.tenant_id = $1 order by e.epoch desc limit 1) e on true`

	// The first leaf says where the tree begins.
	beginTree = `
insert into dcm.tree_epochs (tenant_id, epoch, system_identifier, timeline, accepted_by, reason)
select $1, 1, c.system_identifier, c.timeline, 'audit-export', 'the tree begins' from dcm.cluster() c`

	isHere = `
select coalesce((select e.system_identifier = c.system_identifier and e.timeline = c.timeline
  from dcm.tree_epochs e, dcm.cluster() c where e.tenant_id = $1 order by e.epoch desc limit 1), true)`

	selectThese = `
select ` + columns + ` from unnest($2::uuid[], $3::bigint[]) with ordinality u (stream_id, version, n)
join dcm.facts f on f.tenant_id = $1 and f.stream_id = u.stream_id and f.version = u.version order by u.n`

	insertLeaves = `
insert into dcm.tree_leaves (tenant_id, n, stream_id, version, epoch, hash)
select $1, u.n, u.stream_id, u.version, $2, u.hash
from unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::bytea[]) u (n, stream_id, version, hash)`

	insertNodes = `
insert into dcm.tree_nodes (tenant_id, level, n, hash)
select $1, u.level, u.n, u.hash from unnest($2::int[], $3::bigint[], $4::bytea[]) u (level, n, hash)`
)

// A Tree is how far a tenant's has grown, and in which epoch of the database.
type Tree struct {
	Size  int64
	Epoch int64
	Began int64 // size with which the epoch began
}

func scanTree(row Row) (t Tree, err error) {
	err = row.Scan(&t.Size, &t.Epoch, &t.Began)
	return t, err
}

// Tree tells how far the tenant's has grown.
func (l *Log) Tree(ctx context.Context, tenant uuid.UUID) (Tree, error) {
	trees, err := Select(ctx, l, tenant, scanTree, selectTree, tenant)
	if err != nil {
		return Tree{}, err
	}
	return trees[0], nil
}

// Sequence puts a tenant's facts into its tree, in this order, all or none. It
// locks nothing: leaves have numbers, and of two who want to give out the same
// one gets ErrRaced. It returns ErrMoved if the tree has grown elsewhere.
func (l *Log) Sequence(ctx context.Context, tenant uuid.UUID, these []Unsequenced) error {
	streams, versions := make([]uuid.UUID, len(these)), make([]int64, len(these))
	for i, u := range these {
		streams[i], versions[i] = u.Key.Stream, u.Version
	}
	var (
		trees []Tree
		here  []bool
		facts []event.Envelope
		b     = asTenant(tenant)
	)
	collect(b.Queue(selectTree, tenant), &trees, scanTree)
	collect(b.Queue(isHere, tenant), &here, pgx.RowTo[bool])
	collect(b.Queue(selectThese, tenant, streams, versions), &facts, scan)
	if err := l.pipeline(ctx, tenant, b, "read what is to be sequenced"); err != nil {
		return err
	}
	if !here[0] {
		return ErrMoved
	}
	peaks, err := l.Hashes(ctx, tenant, merkle.Peaks(trees[0].Size))
	if err != nil {
		return err
	}
	return l.grow(ctx, tenant, trees[0], peaks, facts)
}

func (l *Log) grow(ctx context.Context, tenant uuid.UUID, tree Tree, peaks []merkle.Hash, facts []event.Envelope) error {
	b := asTenant(tenant)
	if tree.Epoch == 0 {
		tree.Epoch = 1
		b.Queue(beginTree, tenant)
	}
	var (
		numbers, versions []int64
		streams           []uuid.UUID
		hashes            [][]byte
		leaves            []merkle.Hash
	)
	for i, e := range facts {
		h := merkle.LeafHash(eventlog.Leaf(e))
		numbers, streams, versions = append(numbers, tree.Size+int64(i)), append(streams, e.Stream), append(versions, e.Version)
		leaves, hashes = append(leaves, h), append(hashes, h[:])
	}
	b.Queue(insertLeaves, tenant, tree.Epoch, numbers, streams, versions, hashes)
	complete, _ := merkle.Grow(tree.Size, peaks, leaves)
	levels, places, above := nodeColumns(complete)
	b.Queue(insertNodes, tenant, levels, places, above)
	err := l.pipeline(ctx, tenant, b, "grow the tree")
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == uniqueViolation {
		return ErrRaced.Because(err)
	}
	return err
}

func nodeColumns(nodes []merkle.Node) (levels []int32, places []int64, hashes [][]byte) {
	for _, n := range nodes {
		levels, places, hashes = append(levels, int32(n.Level)), append(places, n.N), append(hashes, n.Hash[:])
	}
	return levels, places, hashes
}

const selectHashes = `
select coalesce(t.hash, s.hash) from unnest($2::int[], $3::bigint[]) with ordinality u (level, n, i)
left join dcm.tree_leaves t on t.tenant_id = $1 and u.level = 0 and t.n = u.n
left join dcm.tree_nodes s on s.tenant_id = $1 and s.level = u.level and s.n = u.n
order by u.i`

// Hashes returns those of places in the tenant's tree, ErrTreeDamaged if one is
// not there.
func (l *Log) Hashes(ctx context.Context, tenant uuid.UUID, places []merkle.Place) ([]merkle.Hash, error) {
	if len(places) == 0 {
		return nil, nil
	}
	levels, numbers := make([]int32, len(places)), make([]int64, len(places))
	for i, p := range places {
		levels[i], numbers[i] = int32(p.Level), p.N
	}
	found, err := Select(ctx, l, tenant, pgx.RowTo[[]byte], selectHashes, tenant, levels, numbers)
	if err != nil {
		return nil, err
	}
	hashes := make([]merkle.Hash, len(found))
	for i, h := range found {
		if copy(hashes[i][:], h) != len(hashes[i]) {
			return nil, ErrTreeDamaged.Because(fmt.Errorf("tenant %s: nothing at place %d of level %d", tenant, places[i].N, places[i].Level))
		}
	}
	return hashes, nil
}

// Root is the root that the tenant's tree has, or had, at a size.
func (l *Log) Root(ctx context.Context, tenant uuid.UUID, size int64) (merkle.Hash, error) {
	peaks, err := l.Hashes(ctx, tenant, merkle.Peaks(size))
	if err != nil {
		return merkle.Hash{}, err
	}
	return merkle.Root(peaks), nil
}
