package readmodel_test

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// notMade are the tables that are not made from facts by projectors.
const notMade = "{facts,work,person_keys,connection_secrets,sessions,tree_epochs,tree_leaves,tree_nodes,tree_marks,checkpoints,exported_checkpoints}"

// everyTable is a history that leaves a row in each table.
var everyTable = [][]event.Fact{
	{submitted, opened, granted, started, stalled, advanced, succeeded},
	{submitted, opened, rejected},
	{event.AuditRequested{By: anna, From: due, To: due}, event.AuditExported{ObjectKey: "o", LockedUntil: due}},
	{event.PersonIntroduced{Person: anna, Roles: []string{"user"}, Profile: event.Sealed{Person: anna, Box: []byte("sealed")}}},
	{event.PersonIntroduced{Person: vm, Roles: []string{"user"}, Profile: event.Sealed{Person: vm, Box: []byte("sealed")}}, event.PersonErased{Person: vm, By: anna, Reason: "asked"}, event.ErasureRepeated{Person: vm}},
	{event.TenantRegistered{Slug: "acme", Name: "Acme", Locale: "de"}},
	{event.ConnectionConfigured{Kind: "vsphere", Name: "vc1", Templates: []event.Template{{Key: "k"}}}},
	{event.NotificationQueued{Notification: vm, Recipient: anna, Message: "vm_ready"}, event.NotificationSent{Notification: vm, Recipient: anna}, event.NotificationRead{Person: anna, UpTo: due}},
}

func (r *recorder) history(t failer, streams [][]event.Fact) {
	t.Helper()
	for _, facts := range streams {
		r.stream()
		for _, f := range facts {
			r.append(t, f)
		}
	}
}

// dump is every row of the tenant, table by table.
func (r *recorder) dump(t failer) []string {
	t.Helper()
	var lines []string
	for _, table := range readmodel.Tables {
		for _, row := range r.rows(t, table.Name) {
			lines = append(lines, fmt.Sprint(table.Name, row))
		}
	}
	return lines
}

func upkeep(t *testing.T, db *pgtest.DB) readmodel.Upkeep {
	t.Helper()
	return readmodel.Upkeep{Log: db.Log(t, event.Operator)}
}

// TestTables: the database has the same tables with the same keys.
func TestTables(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	rows, err := db.Connect(t, db.Admin).Query(t.Context(), `
		select c.relname::text, array_agg(a.attname::text order by k.n)
		from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
		cross join unnest(i.indkey::int2[]) with ordinality k (attnum, n) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
		where c.relnamespace = 'dcm'::regnamespace and c.relname <> all ($1)
		group by 1 order by 1`, notMade)
	if err != nil {
		t.Fatal(err)
	}
	have, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pglog.Table])
	if err != nil {
		t.Fatal(err)
	}
	want := slices.SortedFunc(slices.Values(readmodel.Tables), func(a, b pglog.Table) int { return strings.Compare(a.Name, b.Name) })
	if !reflect.DeepEqual(have, want) {
		t.Errorf("the database has\n%v\nthe read model\n%v", have, want)
	}
}

// TestOrderOfTables: what writes more than one table writes them in the order in
// which a rebuild locks them, and names each with its schema.
func TestOrderOfTables(t *testing.T) {
	t.Parallel()
	written := regexp.MustCompile(`(?:insert into|update|delete from) (\S+)`)
	for _, entry := range event.Catalog {
		last := -1
		for _, s := range readmodel.Project(event.Envelope{Type: entry.Zero.EventType(), Fact: entry.Zero}) {
			for _, m := range written.FindAllStringSubmatch(s.SQL, -1) {
				if m[1] == "set" { // of "on conflict … do update set"
					continue
				}
				at := slices.IndexFunc(readmodel.Tables, func(x pglog.Table) bool { return "dcm."+x.Name == m[1] })
				if at < 0 || at < last {
					t.Errorf("%s writes %s out of order", entry.Zero.EventType(), m[1])
				}
				last = at
			}
		}
	}
}

// TestDamage: whatever somebody has done to the read model behind the log's back
// is found by its name, and mended to the byte.
func TestDamage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		damage string
		want   []string // table, kind and columns
		reason string
	}{
		"Nothing":     {damage: `select 1`, reason: "no false alarm"},
		"Column":      {damage: `update dcm.requests set state = 'ready', step = 'done' where state = 'rejected'`, want: []string{"requests changed [state step]"}, reason: "each column is named"},
		"OneByte":     {damage: `update dcm.people set profile = profile || '\x00' where erased_at is null`, want: []string{"people changed [profile]"}, reason: "one byte is enough"},
		"Whitespace":  {damage: `update dcm.requests set justification = '' where state = 'ready'`, want: []string{"requests changed [justification]"}, reason: "empty is not absent"},
		"Microsecond": {damage: `update dcm.vms set created_at = created_at + interval '1 microsecond'`, want: []string{"vms changed [created_at]"}, reason: "times are compared as they are kept"},
		"Number":      {damage: `update dcm.requests set receipt = jsonb_set(receipt, '{version}', '1.0') where state = 'ready'`, want: []string{"requests changed [receipt]"}, reason: "equal is not the same"},
		"Null":        {damage: `update dcm.requests set decided_by = null where state = 'rejected'`, want: []string{"requests changed [decided_by]"}, reason: "nobody is not somebody"},
		"Deleted":     {damage: `delete from dcm.inbox`, want: []string{"inbox missing []"}, reason: "the log has it"},
		"Added":       {damage: `insert into dcm.inbox_reads (tenant_id, person_id, up_to) select tenant_id, gen_random_uuid(), now() from dcm.tenants`, want: []string{"inbox_reads surplus []"}, reason: "the log has nothing of it"},
		"Everything": {
			damage: `delete from dcm.tenants; delete from dcm.people; delete from dcm.connections; delete from dcm.requests; delete from dcm.vms; delete from dcm.inbox; delete from dcm.inbox_reads; delete from dcm.bundles`,
			want:   []string{"tenants missing []", "people missing []", "people missing []", "connections missing []", "requests missing []", "requests missing []", "vms missing []", "inbox missing []", "inbox_reads missing []", "bundles missing []"},
			reason: "nothing is needed but facts",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			r, other := newRecorder(t, db), newRecorder(t, db)
			r.history(t, everyTable)
			before := r.dump(t)
			if _, err := db.Connect(t, db.Admin).PgConn().Exec(t.Context(), tc.damage).ReadAll(); err != nil {
				t.Fatal(err)
			}
			other.history(t, everyTable) // it is there after the damage, and nobody's business
			others := other.dump(t)
			u := upkeep(t, db)
			found, err := u.Check(t.Context(), r.key.Tenant)
			if err != nil || found.Facts != len(r.record) || found.Unread != 0 {
				t.Fatalf("checked %+v, %v", found, err)
			}
			var got []string
			for _, d := range found.Differences {
				if len(d.Key) < len(uuid.Nil.String()) {
					t.Errorf("%s has no key", d.Table)
				}
				got = append(got, fmt.Sprint(d.Table, " ", d.Kind, " ", d.Columns))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("found %q, want %q: %s", got, tc.want, tc.reason)
			}
			made, err := u.Rebuild(t.Context(), r.key.Tenant)
			if err != nil || made.Facts != len(r.record) || (made.Removed+made.Written == 0) != (len(tc.want) == 0) {
				t.Errorf("rebuilt %+v, %v", made, err)
			}
			if after := r.dump(t); !slices.Equal(after, before) {
				t.Errorf("rebuilt\n%s\nwas\n%s", after, before)
			}
			if !slices.Equal(other.dump(t), others) {
				t.Error("another tenant's rows were touched")
			}
		})
	}
}

// TestRandomHistories: whatever facts come to whatever streams, in whatever order,
// the read model is what the log says, and is the same when it is made again.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, u, admin := newRecorder(t, db), upkeep(t, db), db.Connect(t, db.Admin)
	someone := rapid.SampledFrom([]uuid.UUID{anna, bert})
	rapid.Check(t, func(rt *rapid.T) {
		r.key.Tenant = uuid.Must(uuid.NewV7())
		first := r.facts
		streams := map[string][]eventlog.Key{}
		heads := map[uuid.UUID]eventlog.Head{}
		queued := map[uuid.UUID][2]uuid.UUID{} // what can be sent, by stream: one notification has one stream
		add := func(key eventlog.Key, f event.Fact) {
			r.key, r.head = key, heads[key.Stream]
			r.append(rt, f)
			heads[key.Stream] = r.head
		}
		begin := func(kind string, f event.Fact) {
			key := eventlog.Key{Tenant: r.key.Tenant, Stream: uuid.Must(uuid.NewV7())}
			streams[kind] = append(streams[kind], key)
			add(key, f)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"Submit":  func(*rapid.T) { begin("request", submitted) },
			"Bundle":  func(*rapid.T) { begin("bundle", event.AuditRequested{By: anna, From: due, To: due}) },
			"Connect": func(*rapid.T) { begin("connection", event.ConnectionConfigured{Kind: "vsphere", Name: "vc1"}) },
			"Tenant": func(rt *rapid.T) {
				add(eventlog.Key{Tenant: r.key.Tenant, Stream: r.key.Tenant}, event.TenantRegistered{Slug: "acme", Name: rapid.StringMatching(`[A-Z][a-z]{0,8}`).Draw(rt, "name"), Locale: "de"})
			},
			"Introduce": func(rt *rapid.T) {
				p := someone.Draw(rt, "person")
				add(eventlog.Key{Tenant: r.key.Tenant, Stream: p}, event.PersonIntroduced{Person: p, Locale: rapid.SampledFrom([]string{"de", "en"}).Draw(rt, "locale"), Profile: event.Sealed{Person: p, Box: rapid.SliceOf(rapid.Byte()).Draw(rt, "box")}})
			},
			"Queue": func(rt *rapid.T) {
				n := event.NotificationQueued{Notification: uuid.Must(uuid.NewV7()), Recipient: someone.Draw(rt, "person"), Message: "vm_ready"}
				begin("notification", n)
				queued[r.key.Stream] = [2]uuid.UUID{n.Notification, n.Recipient}
			},
			"Read": func(rt *rapid.T) {
				p := someone.Draw(rt, "person")
				add(eventlog.Key{Tenant: r.key.Tenant, Stream: event.InboxStream(r.key.Tenant, p)}, event.NotificationRead{Person: p, UpTo: at(rapid.IntRange(0, 50).Draw(rt, "up to"))})
			},
			"Go on": func(rt *rapid.T) {
				kind := rapid.SampledFrom([]string{"request", "bundle", "connection", "notification"}).Draw(rt, "kind")
				if len(streams[kind]) == 0 {
					rt.Skip("nothing to go on with")
				}
				key := rapid.SampledFrom(streams[kind]).Draw(rt, "stream")
				n := queued[key.Stream]
				f := rapid.SampledFrom(map[string][]event.Fact{
					"request": {
						opened, reminded, granted,
						event.ApprovalGranted{Automatic: true, Receipt: receipt},
						rejected,
						event.ApprovalExpired{DueAt: due},
						event.RequestWithdrawn{By: anna},
						event.RequestRetried{By: anna},
						started, advanced, stalled, failed,
						event.ProvisioningAbandoned{},
						event.ProvisioningSucceeded{VM: uuid.Must(uuid.NewV7()), VMName: "web-1", Address: "10.0.0.7"},
					},
					"bundle":       {event.AuditExported{ObjectKey: "o", Facts: 3, LockedUntil: due}, event.AuditDownloaded{By: bert, ExpiresAt: due}},
					"connection":   {event.ConnectionConfigured{Kind: "vsphere", Name: "vc2"}},
					"notification": {event.NotificationSent{Notification: n[0], Recipient: n[1]}, event.NotificationFailed{Notification: n[0], Recipient: n[1], Code: "refused"}},
				}[kind]).Draw(rt, "fact")
				add(key, f)
			},
			"": func(*rapid.T) {},
		})
		found, err := u.Check(newContext(), r.key.Tenant)
		if err != nil || len(found.Differences) > 0 || found.Facts != r.facts-first {
			rt.Fatalf("checked %+v, %v, after %d facts", found, err, r.facts-first)
		}
		before := r.dump(rt)
		for _, table := range readmodel.Tables {
			if _, err := admin.Exec(newContext(), `delete from dcm.`+table.Name+` where tenant_id = $1`, r.key.Tenant); err != nil {
				rt.Fatalf("%v", err)
			}
		}
		if _, err := u.Rebuild(newContext(), r.key.Tenant); err != nil {
			rt.Fatalf("rebuild: %v", err)
		}
		if after := r.dump(rt); !slices.Equal(after, before) {
			rt.Fatalf("rebuilt\n%s\nwas\n%s", after, before)
		}
	})
}

// TestRebuildWhileWriting: appends go on while the read model is checked and
// rebuilt over and over. None is lost, none is seen half, no reader sees less
// than was there, and no check gives a false alarm.
func TestRebuildWhileWriting(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	u := upkeep(t, db)
	tenant := uuid.Must(uuid.NewV7())
	var written atomic.Int64
	stop := make(chan struct{})
	stopped := func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	}
	var writers sync.WaitGroup
	for range 3 {
		r := newRecorder(t, db)
		r.key.Tenant = tenant
		writers.Go(func() {
			for !stopped() {
				r.stream()
				s := succeeded
				s.VM = uuid.Must(uuid.NewV7())
				for _, f := range []event.Fact{submitted, opened, granted, started, stalled, advanced, s} {
					if _, err := r.try(f); err != nil {
						t.Errorf("an append beside a rebuild: %v", err)
						return
					}
				}
				written.Add(1)
			}
		})
	}
	web := db.Log(t, event.Web)
	writers.Go(func() {
		for most := int64(0); !stopped(); {
			seen, err := pglog.Select(t.Context(), web, tenant, pgx.RowTo[int64], `select count(*) from dcm.requests where tenant_id = $1`, tenant)
			if err != nil || seen[0] < most {
				t.Errorf("a reader sees %v rows after %d, %v", seen, most, err)
				return
			}
			most = seen[0]
		}
	})
	for range 6 {
		if _, err := u.Rebuild(t.Context(), tenant); err != nil {
			t.Error(err)
		}
		c, err := u.Check(t.Context(), tenant)
		if err != nil || len(c.Differences) > 0 {
			t.Errorf("checked beside writers: %+v, %v", c, err)
		}
	}
	close(stop)
	writers.Wait()
	c, err := u.Check(t.Context(), tenant)
	if err != nil || len(c.Differences) > 0 || int64(c.Facts) < 7*written.Load() {
		t.Errorf("checked at the end: %+v, %v; %d streams were written", c, err, written.Load())
	}
}

// TestUnreadFacts: what this release cannot read it does not throw away.
func TestUnreadFacts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r, u := newRecorder(t, db), upkeep(t, db)
	r.history(t, everyTable)
	before := r.dump(t)
	if _, err := db.Connect(t, db.Admin).Exec(t.Context(), `
		insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
		values ($1, gen_random_uuid(), 1, gen_random_uuid(), 'io.dcm.request.teleported.v9', 's', 'a', 'c', 'c', now(), '', '{}', sha256('x'))`, r.key.Tenant); err != nil {
		t.Fatal(err)
	}
	if c, err := u.Check(t.Context(), r.key.Tenant); err != nil || c.Unread != 1 || len(c.Differences) > 0 {
		t.Errorf("checked %+v, %v", c, err)
	}
	if _, err := u.Rebuild(t.Context(), r.key.Tenant); !errors.Is(err, pglog.ErrUnread) {
		t.Errorf("got %v, want it refused", err)
	}
	if !slices.Equal(r.dump(t), before) {
		t.Error("a refused rebuild has changed something")
	}
}
