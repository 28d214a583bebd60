package notary_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
)

// wipe takes away all that the database knows of the tree, so that it is grown
// and signed anew from the facts as they are then.
const wipe = `delete from dcm.tree_leaves; delete from dcm.tree_nodes; delete from dcm.checkpoints; delete from dcm.exported_checkpoints; delete from dcm.tree_marks; `

// backToTen is a moment that was signed for: the database is at one with itself.
const backToTen = `delete from dcm.facts f using dcm.tree_leaves l where l.stream_id = f.stream_id and l.version = f.version and l.n >= 10;
	delete from dcm.tree_leaves where n >= 10; delete from dcm.tree_nodes where (n + 1) << level > 10; delete from dcm.checkpoints where size > 10;
	delete from dcm.exported_checkpoints where size > 10; delete from dcm.tree_marks; `

// TestDatabaseAdministrator is what somebody can do who rules the database and
// has no key: they disable the triggers and change the facts. The next bundle
// names what they did to whoever has the public key.
func TestDatabaseAdministrator(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason  string
		sql     string
		code    string // of the problem that the auditor is told
		says    string
		refusal error // of the notary, which notices before anything is signed
	}{
		"Nothing": {"an honest log is proven", ``, "", "", nil},
		"Edit": {
			"one word of one fact", `update dcm.facts set data = convert_to(replace(convert_from(data, 'UTF8'), 'web-4"', 'web-5"'), 'UTF8')`,
			export.Changed, "version 1 of stream", nil,
		},
		"EditUnlinked": {
			"no link covers when it was recorded", `update dcm.facts set recorded_at = recorded_at - interval '1 second' where position = (select min(position) + 3 from dcm.facts)`,
			export.Changed, "place 3 of the log", nil,
		},
		"Delete": {
			"the end of a stream, which no link gives away", `delete from dcm.facts f where version = 2 and position = (select min(position) + 6 from dcm.facts)`,
			export.Missing, "places 6 to 6", nil,
		},
		"DeleteStream": {
			"a stream as if it had never been", `delete from dcm.facts where stream_id = (select stream_id from dcm.facts order by position limit 1)`,
			export.Missing, "places 0 to 0", nil,
		},
		"DeleteWithTree": {
			"and its leaf with it", `delete from dcm.facts where position = (select min(position) + 6 from dcm.facts); delete from dcm.tree_leaves where n = 6`,
			"", "", pglog.ErrTreeDamaged,
		},
		"Insert": {
			"a fact with a link that fits, as if it had been there all along", `insert into dcm.facts (tenant_id, stream_id, version, xid, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, recorded_at, traceparent, data, hash)
			select tenant_id, gen_random_uuid(), 1, xid, gen_random_uuid(), type, source, actor, cause_id, correlation_id, occurred_at, recorded_at, traceparent, data, hash from dcm.facts order by position limit 1`,
			export.Inserted, "is in no tree", nil,
		},
		"Swap": {
			"two facts have changed their contents", `update dcm.facts f set data = o.data, hash = o.hash, type = o.type from dcm.facts o
			where f.position <> o.position and f.position in (select min(position) + d from dcm.facts, (values (0), (1)) v (d) group by d) and o.position in (select min(position) + d from dcm.facts, (values (0), (1)) v (d) group by d)`,
			export.Changed, "place 1 of the log", nil,
		},
		"LeafToo": {
			"the leaf was made to fit, and the tree above it was not", `update dcm.facts set actor = 'function:x' where position = (select min(position) + 4 from dcm.facts); update dcm.tree_leaves set hash = sha256('forged') where n = 4`,
			export.Rewritten, "history was rewritten", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			f.record(20)
			if _, err := f.bundle(); err != nil {
				t.Fatal(err)
			}
			f.dba(test.sql)
			f.record(3) // life goes on
			archive, err := f.bundle()
			if err != nil || test.refusal != nil {
				if !errors.Is(err, test.refusal) || err == nil {
					t.Errorf("refused with %v, want %v: %s", err, test.refusal, test.reason)
				}
				return
			}
			r := f.verify(archive, nil)
			if test.code == "" {
				if !r.Intact() || r.Facts != 23 {
					t.Fatalf("%d facts, %v", r.Facts, r.Problems)
				}
				return
			}
			if !found(r, test.code, test.says) {
				t.Errorf("found %v, want %s: %s", r.Problems, test.code, test.reason)
			}
		})
	}
}

// found reports whether there is such a problem, with these words in it.
func found(r export.Report, code, says string) bool {
	return slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code == code && strings.Contains(p.Detail, says) })
}

// TestExternalCheckpoint: an administrator who cuts the log's end off, or
// rewrites a stream with a chain that fits, and wipes the tree as well, has all of
// it signed anew. From the database and the bundle alone nobody can tell. The
// checkpoints in the object store can: with them the notary refuses to sign, and
// an auditor who has one finds it in a bundle that was signed elsewhere.
func TestExternalCheckpoint(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		do      func(*fixture)
		refusal error
		code    string
	}{
		"Truncate": {func(f *fixture) {
			f.dba(`delete from dcm.facts where position > (select min(position) + 15 from dcm.facts); ` + wipe)
		}, notary.ErrTruncated, export.Truncated},
		"TruncateToCheckpoint": {func(f *fixture) { f.dba(backToTen) }, notary.ErrTruncated, export.Truncated},
		"RewriteStream":        {rewriteStream, notary.ErrRewritten, export.Rewritten},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			f.record(10)
			if _, err := f.bundle(); err != nil { // signs for 10
				t.Fatal(err)
			}
			f.record(10)
			if _, err := f.bundle(); err != nil { // and for 20
				t.Fatal(err)
			}
			external := f.shelf.newest(f.tenant)
			test.do(f)
			if _, err := f.bundle(); !errors.Is(err, test.refusal) {
				t.Errorf("the notary said %v, want %v", err, test.refusal)
			}
			f.Shelf = &shelf{} // without the store
			archive, err := f.bundle()
			if err != nil {
				t.Fatalf("noticed without the store after all: %v", err)
			}
			if r := f.verify(archive, nil); !r.Intact() {
				t.Errorf("found without the external checkpoint after all: %v", r.Problems)
			}
			if r := f.verify(archive, external); !found(r, test.code, "") {
				t.Errorf("found %v, want %s", r.Problems, test.code)
			}
		})
	}
}

// rewriteStream makes somebody else have done what was done in a stream, with
// links that fit.
func rewriteStream(f *fixture) {
	f.t.Helper()
	first, err := f.log.Leaves(f.t.Context(), f.tenant, []int64{0})
	if err != nil || len(first) != 1 {
		f.t.Fatal(first, err)
	}
	stream, err := f.log.Read(f.t.Context(), eventlog.Key{Tenant: f.tenant, Stream: first[0].Stream})
	if err != nil || len(stream) != 2 {
		f.t.Fatal(stream, err)
	}
	conn := f.db.Connect(f.t, f.db.Admin)
	if _, err := conn.Exec(f.t.Context(), `set session_replication_role = replica`); err != nil {
		f.t.Fatal(err)
	}
	var prev []byte
	for _, e := range stream {
		e.Actor.ID = "somebody-else"
		prev = eventlog.Link(prev, e)
		if _, err := conn.Exec(f.t.Context(), `update dcm.facts set actor = $1, hash = $2 where fact_id = $3`, e.Actor.String(), prev, e.ID); err != nil {
			f.t.Fatal(err)
		}
	}
	f.dba(wipe)
}
