package pglog_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/merkle"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// sequence puts everything that is settled into the trees and returns how much
// that was. It is what audit-export does, without signing.
func sequence(t *testing.T, log *pglog.Log) int {
	t.Helper()
	n := 0
	for {
		these, err := log.Unsequenced(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		of := map[uuid.UUID][]pglog.Unsequenced{}
		for _, u := range these {
			of[u.Key.Tenant] = append(of[u.Key.Tenant], u)
		}
		for tenant, facts := range of {
			if err := log.Sequence(t.Context(), tenant, facts); err != nil && !errors.Is(err, pglog.ErrRaced) {
				t.Fatal(err)
			}
		}
		if err := log.Mark(t.Context(), these); err != nil {
			t.Fatal(err)
		}
		if n += len(these); len(these) < 100 {
			return n
		}
	}
}

// settle waits for transactions that may still add to the past. They may be of
// other tests: numbers are those of the whole server.
func settle(t *testing.T, log *pglog.Log) {
	t.Helper()
	if _, err := log.Horizon(t.Context(), uuid.Max); err != nil {
		t.Fatal(err)
	}
}

// recorder returns how to record a fact of a tenant, in a transaction of its own.
func recorder(t *testing.T, db *pgtest.DB) func(tenant uuid.UUID) {
	t.Helper()
	conn := db.Connect(t, db.Admin)
	return func(tenant uuid.UUID) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), insertFact, tenant); err != nil {
			t.Fatal(err)
		}
	}
}

// inOrder are the hashes of a tenant's facts as their tree must hold them.
func inOrder(t *testing.T, db *pgtest.DB, tenant uuid.UUID) []string {
	t.Helper()
	return query[string](t, db, fmt.Sprintf(
		`select f.stream_id || ' ' || f.version from dcm.facts f where f.tenant_id = '%s' order by f.xid, f.position`, tenant))
}

// inTree are a tenant's facts as their tree does hold them.
func inTree(t *testing.T, db *pgtest.DB, tenant uuid.UUID) []string {
	t.Helper()
	return query[string](t, db, fmt.Sprintf(
		`select t.stream_id || ' ' || t.version from dcm.tree_leaves t where t.tenant_id = '%s' order by t.n`, tenant))
}

// checkTree recomputes a tenant's tree from its facts.
func checkTree(t *testing.T, db *pgtest.DB, log *pglog.Log, tenant uuid.UUID) {
	t.Helper()
	if got, want := inTree(t, db, tenant), inOrder(t, db, tenant); !slices.Equal(got, want) {
		t.Fatalf("the tree has\n%v\nwant\n%v", got, want)
	}
	tree, err := log.Tree(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	var all []int64
	for n := range tree.Size {
		all = append(all, n)
	}
	placed, err := log.Leaves(t.Context(), tenant, all)
	if err != nil || int64(len(placed)) != tree.Size {
		t.Fatalf("%d facts of %d, %v", len(placed), tree.Size, err)
	}
	var hashes []merkle.Hash
	for i, p := range placed {
		h := merkle.LeafHash(eventlog.Leaf(p.Envelope))
		if p.Leaf != int64(i) || string(p.LeafHash) != string(h[:]) {
			t.Fatalf("leaf %d is not the fact's", i)
		}
		hashes = append(hashes, h)
	}
	_, peaks := merkle.Grow(0, nil, hashes)
	if root, err := log.Root(t.Context(), tenant, tree.Size); err != nil || root != merkle.Root(peaks) {
		t.Fatalf("root %v, want %v, %v", root, merkle.Root(peaks), err)
	}
}

// TestSequence: every fact of every tenant has its place, in the log's order,
// and what was there stays there.
func TestSequence(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	log := db.Log(t, event.AuditExport)
	tenants := []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())}
	var early merkle.Hash
	for round := range 5 {
		for i := range 60 {
			record(tenants[(i*i+round)%3])
		}
		settle(t, log)
		if n := sequence(t, log); n != 60 {
			t.Errorf("round %d: %d facts, want 60", round, n)
		}
		if round == 0 {
			early, _ = log.Root(t.Context(), tenants[0], 10)
		}
	}
	for _, tenant := range tenants {
		checkTree(t, db, log, tenant)
	}
	if again, err := log.Root(t.Context(), tenants[0], 10); err != nil || again != early {
		t.Errorf("the root at 10 was %v and is %v, %v", early, again, err)
	}
	settle(t, log)
	if n := sequence(t, log); n != 0 {
		t.Errorf("%d facts again", n)
	}
}

// TestHostileWriters keep transactions open while others overtake them. Nothing
// is missed, and nothing gets a place that a fact below it may still want. A
// reader that goes by positions alone misses facts for good, as is shown beside.
func TestHostileWriters(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	log := db.Log(t, event.AuditExport)
	tenant := uuid.Must(uuid.NewV7())
	reader, naive, naiveSeen := db.Connect(t, db.Admin), int64(0), 0
	look := func() {
		t.Helper()
		sequence(t, log)
		rows, err := reader.Query(t.Context(), `select position from dcm.facts where position > $1 order by position`, naive)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pgx.ForEachRow(rows, []any{&naive}, func() error { naiveSeen++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	var open []pgx.Tx
	total := 0
	for round := range 12 {
		tx, err := db.Connect(t, db.Admin).Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := tx.Exec(t.Context(), insertFact, tenant); err != nil {
				t.Fatal(err)
			}
		}
		open = append(open, tx)
		record(tenant) // overtakes
		total += 4
		look()
		if round%3 == 2 { // the oldest ends; every other one is undone
			end := open[0].Commit
			if round%2 == 0 {
				end, total = open[0].Rollback, total-3
			}
			if err := end(t.Context()); err != nil {
				t.Fatal(err)
			}
			open = open[1:]
			look()
		}
	}
	for _, tx := range slices.Backward(open) { // the youngest first
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		look()
	}
	settle(t, log)
	look()
	checkTree(t, db, log, tenant)
	if got := len(inTree(t, db, tenant)); got != total {
		t.Errorf("%d facts in the tree, recorded were %d", got, total)
	}
	if naiveSeen >= total {
		t.Errorf("the naive reader saw all %d: the test is not hostile enough", total)
	}
	t.Logf("%d facts in the tree; a reader by positions saw %d", total, naiveSeen)
}

// TestRacingSequencers, while facts come: each fact gets one place.
func TestRacingSequencers(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	tenants := []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())}
	logs := []*pglog.Log{db.Log(t, event.AuditExport), db.Log(t, event.AuditExport), db.Log(t, event.AuditExport)}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, log := range logs {
		wg.Go(func() {
			for {
				sequence(t, log)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 200 {
		record(tenants[i%2])
	}
	close(done)
	wg.Wait()
	settle(t, logs[0])
	sequence(t, logs[0])
	for _, tenant := range tenants {
		checkTree(t, db, logs[0], tenant)
		if n := len(inTree(t, db, tenant)); n != 100 {
			t.Errorf("%d facts, want 100", n)
		}
	}
}

// TestCrashBetweenSteps: a sequencer that dies after a tree has grown and before
// the mark has moved has done no harm; nor has one of several tenants.
func TestCrashBetweenSteps(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	log := db.Log(t, event.AuditExport)
	acme, globex := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for range 5 {
		record(acme)
		record(globex)
	}
	settle(t, log)
	these, err := log.Unsequenced(t.Context(), 100)
	if err != nil || len(these) != 10 {
		t.Fatal(these, err)
	}
	only := slices.DeleteFunc(slices.Clone(these), func(u pglog.Unsequenced) bool { return u.Key.Tenant == globex })
	if err := log.Sequence(t.Context(), acme, only); err != nil {
		t.Fatal(err)
	}
	// Whoever believes in the dead one's list and marks it as done is not believed.
	if err := log.Mark(t.Context(), these); err != nil {
		t.Fatal(err)
	}
	if err := log.Sequence(t.Context(), acme, only); !errors.Is(err, pglog.ErrRaced) {
		t.Errorf("the same facts once more: %v", err)
	}
	settle(t, log)
	if n := sequence(t, log); n != 5 {
		t.Errorf("%d facts were left, want globex's 5", n)
	}
	checkTree(t, db, log, acme)
	checkTree(t, db, log, globex)
}

// moved makes the database look as if it had been restored into another cluster:
// the trees know another one, the facts' transactions have numbers that this one
// will not reach soon, and so have the marks.
func moved(t *testing.T, db *pgtest.DB) {
	t.Helper()
	conn := db.Connect(t, db.Admin)
	for _, sql := range []string{
		`set session_replication_role = replica`,
		`update dcm.tree_epochs set system_identifier = 4711`,
		`update dcm.facts set xid = ((xid::text::bigint) + 1000000000)::text::xid8`,
		`update dcm.tree_marks set xid = ((xid::text::bigint) + 1000000000)::text::xid8`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMoved: after a restore into another cluster nothing goes on by itself. Once
// the operator accepts, everything has its place, whatever the numbers of its
// transaction: what was brought along in no tree, and what is new.
func TestMoved(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	log, operator := db.Log(t, event.AuditExport), db.Log(t, event.Operator)
	tenant, late := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for range 7 {
		record(tenant)
	}
	settle(t, log)
	sequence(t, log)
	brought := 3
	for range brought {
		record(tenant)
	}
	moved(t, db)
	record(tenant)
	record(late)

	strangers, err := log.Strangers(t.Context())
	if err != nil || len(strangers) != 1 || strangers[0].Tenant != tenant || strangers[0].In.SystemIdentifier != 4711 {
		t.Fatalf("%+v, %v", strangers, err)
	}
	if lag, err := db.Log(t, event.Web).Lag(t.Context()); err != nil || lag.Moved != 1 {
		t.Errorf("%+v, %v: whoever watches must learn of it", lag, err)
	}
	err = log.Sequence(t.Context(), tenant, []pglog.Unsequenced{{Key: eventlog.Key{Tenant: tenant}}})
	if !errors.Is(err, pglog.ErrMoved) {
		t.Fatalf("the tree went on: %v", err)
	}
	if _, err := log.AcceptCluster(t.Context(), "itself", ""); err == nil {
		t.Error("the sequencer may accept the move itself")
	}
	epochs, err := operator.AcceptCluster(t.Context(), "Ada", "restored after the fire")
	if err != nil || len(epochs) != 1 || epochs[tenant] != 2 {
		t.Fatalf("%v, %v", epochs, err)
	}
	if again, err := operator.AcceptCluster(t.Context(), "Ada", "once more"); err != nil || len(again) != 0 {
		t.Errorf("accepted again: %v, %v", again, err)
	}
	settle(t, log)
	if n := sequence(t, log); n != brought+2 {
		t.Errorf("%d facts got a place, want %d", n, brought+2)
	}
	tree, err := log.Tree(t.Context(), tenant)
	if err != nil || tree != (pglog.Tree{Size: 11, Epoch: 2, Began: 7}) {
		t.Errorf("%+v, %v", tree, err)
	}
	record(tenant)
	settle(t, log)
	if n := sequence(t, log); n != 1 {
		t.Errorf("%d facts after that, want 1", n)
	}
	if by := query[string](t, db, `select accepted_by || ': ' || reason from dcm.tree_epochs where epoch = 2`); len(by) != 1 || by[0] != "Ada: restored after the fire" {
		t.Errorf("recorded is %v", by)
	}
}

// TestTreeIsTheSequencersAlone: nobody else grows it, and nobody changes it.
func TestTreeIsTheSequencersAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	tenant := uuid.Must(uuid.NewV7())
	record(tenant)
	sequence(t, db.Log(t, event.AuditExport))
	for _, f := range []event.Function{event.Submit, event.Approve, event.Provision, event.Notify, event.Web, event.Operator} {
		log := db.Log(t, f)
		if _, err := log.Unsequenced(t.Context(), 1); err == nil {
			t.Errorf("%s sees what is in no tree", f)
		}
		for _, sql := range []string{
			`insert into dcm.tree_leaves (tenant_id, n, stream_id, version, epoch, hash) values ($1, 1, gen_random_uuid(), 1, 1, sha256('x'))`,
			`insert into dcm.tree_nodes (tenant_id, level, n, hash) values ($1, 1, 0, sha256('x'))`,
			`insert into dcm.checkpoints (tenant_id, size, note, signed_at) values ($1, 1, '', now())`,
			`insert into dcm.tree_epochs (tenant_id, epoch, system_identifier, timeline, accepted_by, reason) values ($1, 2, 1, 1, '', '')`,
		} {
			if err := log.Exec(t.Context(), tenant, pglog.Statement{SQL: sql, Args: []any{tenant}}); err == nil {
				t.Errorf("%s may %s", f, sql)
			}
		}
	}
	for _, table := range []string{"tree_leaves", "tree_nodes", "tree_epochs", "checkpoints", "exported_checkpoints"} {
		for _, role := range []string{"dcm_audit_export", "dcm_operator", "dcm_web"} {
			for _, sql := range []string{`update dcm.%s set tenant_id = tenant_id`, `delete from dcm.%s`, `truncate dcm.%s`} {
				if err := attack(t.Context(), db.Connect(t, db.URL(role)), tenant.String(), fmt.Sprintf(sql, table)); err == nil {
					t.Errorf("%s may "+sql, role, table)
				}
			}
		}
	}
}

// TestDamagedTree does not grow.
func TestDamagedTree(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	log := db.Log(t, event.AuditExport)
	tenant := uuid.Must(uuid.NewV7())
	for range 4 {
		record(tenant)
	}
	settle(t, log)
	sequence(t, log)
	conn := db.Connect(t, db.Admin)
	if _, err := conn.PgConn().Exec(t.Context(), `set session_replication_role = replica; delete from dcm.tree_nodes where level = 2`).ReadAll(); err != nil {
		t.Fatal(err)
	}
	record(tenant)
	settle(t, log)
	these, err := log.Unsequenced(t.Context(), 10)
	if err != nil || len(these) != 1 {
		t.Fatal(these, err)
	}
	if err := log.Sequence(t.Context(), tenant, these); !errors.Is(err, pglog.ErrTreeDamaged) {
		t.Errorf("got %v", err)
	}
}

// TestLag: web learns how far the trees are behind.
func TestLag(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record := recorder(t, db)
	web, log := db.Log(t, event.Web), db.Log(t, event.AuditExport)
	if lag, err := web.Lag(t.Context()); err != nil || lag != (pglog.Lag{}) {
		t.Fatalf("an empty log: %+v, %v", lag, err)
	}
	tenant := uuid.Must(uuid.NewV7())
	record(tenant)
	record(tenant)
	if lag, err := web.Lag(t.Context()); err != nil || lag.Unsequenced != 2 || lag.Oldest <= 0 {
		t.Errorf("two facts in no tree: %+v, %v", lag, err)
	}
	settle(t, log)
	sequence(t, log)
	if lag, err := web.Lag(t.Context()); err != nil || lag.Unsequenced != 0 || lag.Oldest <= 0 {
		t.Errorf("two facts that no checkpoint covers: %+v, %v", lag, err)
	}
	unsigned, err := log.UnsignedTrees(t.Context(), 10)
	if err != nil || len(unsigned) != 1 || unsigned[0].Size != 2 || unsigned[0].Signed != 0 || !unsigned[0].SignedAt.IsZero() {
		t.Fatalf("%+v, %v", unsigned, err)
	}
	run(t, db, `insert into dcm.checkpoints (tenant_id, size, note, signed_at) values ($1, 2, '', now() - interval '1 minute')`, tenant)
	if lag, err := web.Lag(t.Context()); err != nil || lag.Oldest != 0 || lag.Newest < time.Minute {
		t.Errorf("all covered for a minute: %+v, %v", lag, err)
	}
	if unsigned, err := log.UnsignedTrees(t.Context(), 10); err != nil || len(unsigned) != 0 {
		t.Errorf("%+v, %v", unsigned, err)
	}
}

// BenchmarkSequence puts 1,000 facts of one tenant into its tree, a step at a
// time.
func BenchmarkSequence(b *testing.B) {
	db := pgtest.New(b)
	log, err := pglog.Open(b.Context(), pglog.Config{URL: db.URL("dcm_audit_export")}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	conn, tenant := db.Connect(b, db.Admin), uuid.Must(uuid.NewV7())
	const step = 1000
	for b.Loop() {
		b.StopTimer()
		if _, err := conn.Exec(b.Context(), insertMany, tenant, step); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		these, err := log.Unsequenced(b.Context(), step)
		if err != nil || len(these) != step {
			b.Fatal(len(these), err)
		}
		if err := log.Sequence(b.Context(), tenant, these); err != nil {
			b.Fatal(err)
		}
		if err := log.Mark(b.Context(), these); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*step/b.Elapsed().Seconds(), "facts/s")
}

const insertMany = `insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
	select $1, gen_random_uuid(), 1, gen_random_uuid(), 'unknown.v9', 's', 'person:p', 'c', 'c', now(), '', convert_to(repeat('x', 300), 'UTF8'), sha256('x') from generate_series(1, $2)`
