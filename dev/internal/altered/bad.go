package altered

import "dcm.io/dev/internal/checker"

// Files that mistakes are made in. Of a function of the database the newest
// migration counts.
const (
	commanding  = "web/internal/command/command.go"
	appending   = "shared/eventlog/pglog/append.go"
	opening     = "shared/eventlog/pglog/pglog.go"
	working     = "shared/function/worker.go"
	facts       = "shared/eventlog/pglog/migrations/00002_facts.sql"
	work        = "shared/eventlog/pglog/migrations/00003_work.sql"
	tree        = "shared/eventlog/pglog/migrations/00008_tree.sql"
	unsequenced = "shared/eventlog/pglog/migrations/00012_unsequenced_without.sql"
	timeline    = "shared/eventlog/pglog/migrations/00013_timeline.sql"
	logins      = "shared/migrate/own.sql"
)

// A Bad build has a mistake in it, and the suite must notice.
type Bad struct {
	Name     string
	Says     string        // what somebody might think
	Program  string        // of the product, that has the mistake; empty: the log's suite has
	Scenario string        // of package flowchaos if there is a Program, else of logchaos
	By       checker.Check // that must notice
	module   string        // of the program
	edits    []edit
}

// Build is the program, or the log's suite, with the mistake in it.
func (b Bad) Build() Build {
	s := LogSuite
	if b.Program != "" {
		s.module, s.source = b.module, "."
	}
	s.Name, s.edits = b.Name, b.edits
	return s
}

// Bads are the mistakes that the suite must notice.
var Bads = []Bad{
	{
		Name: "naive-cursor", Says: "positions rise, so whoever follows the log asks for those above the last",
		Scenario: "late-commits", By: checker.U5,
		edits: []edit{{
			work, `  where (f.xid, f.position) > (after_xid, after_position)
    and f.xid < pg_snapshot_xmin(pg_current_snapshot())
  order by f.xid, f.position`, `  where f.position > after_position
  order by f.position`,
		}},
	},
	{
		Name: "naive-sequencer", Says: "what is visible is settled, so it may go into the tree and the mark behind it",
		Scenario: "late-commits", By: checker.U6,
		edits: []edit{
			{unsequenced, `    and (f.xid < pg_snapshot_xmin(pg_current_snapshot()) or f.xid >= pg_snapshot_xmax(pg_current_snapshot()))
`, ``},
			{unsequenced, `f.version, f.xid < pg_snapshot_xmin(pg_current_snapshot())
  from dcm.facts f`, `f.version, true
  from dcm.facts f`},
			{tree, `where to_xid < pg_snapshot_xmin(pg_current_snapshot()) and not exists (`, `where not exists (`},
		},
	},
	{
		Name: "last-timeline", Says: "the control file says which timeline the cluster is on",
		Scenario: "failover", By: checker.U6,
		edits: []edit{{timeline, `('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
  from pg_control_system() s`, `c.timeline_id
  from pg_control_system() s, pg_control_checkpoint() c`}},
	},
	{
		Name: "idle-limit", Says: "the server ends what is idle in a transaction, so nothing stays open",
		Scenario: "silence", By: checker.U8,
		edits: []edit{{logins, `('transaction_timeout', '15s')`, `('transaction_timeout', '0')`}},
	},
	{
		Name: "conflict-target", Says: "ON CONFLICT on the fact's id makes an append idempotent; any other violation is a conflict",
		Scenario: "same-id", By: checker.U9,
		edits: []edit{
			{appending, `$10, $11, $12, $13, $14)` + "`", `$10, $11, $12, $13, $14)
on conflict (tenant_id, fact_id) do nothing` + "`"},
			{appending, `return l.resolve(ctx, r, envelopes)`, `return nil, eventlog.ErrConflict.Because(err)`},
		},
	},
	{
		Name: "owner-bypass", Says: "nobody logs in as the owner, so Row-Level Security need not be forced",
		Scenario: "hostile-tenant", By: checker.U7,
		edits: []edit{{facts, `alter table dcm.facts force row level security;
`, ``}},
	},
	{
		Name: "missing-check", Says: "what a tenant may not read it cannot write either",
		Scenario: "hostile-tenant", By: checker.U2,
		edits: []edit{{facts, `create policy tenant_appends on dcm.facts for insert to dcm_app
  with check (tenant_id = (select current_setting('dcm.tenant_id')::uuid));`, `create policy tenant_appends on dcm.facts for insert to dcm_app
  with check (true);`}},
	},
	{
		Name: "memory-dedup", Says: "a process remembers what it has recorded, so the database need not",
		Scenario: "same-id", By: checker.U1,
		edits: []edit{
			{facts, `  primary key (tenant_id, stream_id, version),
  unique (tenant_id, fact_id)
);`, `  primary key (tenant_id, stream_id, version)
);
create index facts_by_id on dcm.facts (tenant_id, fact_id);`},
			{opening, `	pool    *pgxpool.Pool
	project Projector
`, `	pool    *pgxpool.Pool
	project Projector
	seen    sync.Map
`},
			{opening, `	"net/url"
`, `	"net/url"
	"sync"
`},
			{appending, `	b := asTenant(r.Key.Tenant)
	queueFacts(b, r, envelopes)
`, `	if len(envelopes) > 0 {
		if recorded, ok := l.seen.Load(envelopes[0].ID); ok {
			return recorded.([]event.Envelope), nil
		}
		defer func() { l.seen.Store(envelopes[0].ID, envelopes) }()
	}
	b := asTenant(r.Key.Tenant)
	queueFacts(b, r, envelopes)
`},
		},
	},
	{
		Name: "believed-bell", Says: "the broker would not announce what is not so",
		Scenario: "bells", By: checker.U5,
		edits: []edit{{working, `	if err != nil || !ok {
		return err
	}
	ctx = WithLog(ctx, slog.String("tenant", tenant.String()), slog.String("stream", in.Stream.String())`, `	if err != nil {
		return err
	}
	if !ok {
		w = eventlog.Work{Key: eventlog.Key{Tenant: tenant, Stream: id}, Function: k.Name, Fact: id, Attempt: 1}
		in = event.Envelope{ID: id, Tenant: tenant, Stream: id, Type: event.ConsumedBy(k.Name)[0]}
	}
	ctx = WithLog(ctx, slog.String("tenant", tenant.String()), slog.String("stream", in.Stream.String())`}},
	},
	{
		Name: "settled-first", Says: "work that is being done may leave the table before its outcome is recorded",
		Scenario: "lost-answers", By: checker.U5,
		edits: []edit{{appending, `	b := asTenant(r.Key.Tenant)
	queueFacts(b, r, envelopes)
`, `	if r.Settles != nil {
		if err := l.Settle(ctx, *r.Settles); err != nil {
			return nil, err
		}
		r.Settles = nil
	}
	b := asTenant(r.Key.Tenant)
	queueFacts(b, r, envelopes)
`}},
	},
	{
		Name: "projected-later", Says: "the read model may follow in a transaction of its own",
		Scenario: "lost-answers", By: checker.U4,
		edits: []edit{
			{appending, `	for _, e := range envelopes {
		for _, s := range l.project(e) {
			b.Queue(s.SQL, s.Args...)
		}
	}
	err = l.pipeline`, `	later := asTenant(r.Key.Tenant)
	for _, e := range envelopes {
		for _, s := range l.project(e) {
			later.Queue(s.SQL, s.Args...)
		}
	}
	err = l.pipeline`},
			{appending, `	case err == nil:
		return envelopes, nil
`, `	case err == nil:
		return envelopes, l.pipeline(ctx, r.Key.Tenant, later, "project")
`},
		},
	},
	{
		Name: "early-yes", Says: "a commit need not wait for the disk",
		Scenario: "killed-postgres", By: checker.U1,
		edits: []edit{{opening, `	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
`, `	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pc.ConnConfig.RuntimeParams["synchronous_commit"] = "off"
`}},
	},
	{
		Name: "fresh-id", Says: "each click is a command of its own",
		Program: "web", module: "web", Scenario: "killed-functions", By: checker.U2,
		edits: []edit{{commanding, `key := strings.TrimSpace(c.Key); key != ""`, `key := strings.TrimSpace(c.Key); key == "never"`}},
	},
}
