package pglog_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/migrate"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// insertFact is a fact that a policy or a key has to refuse; $1 is the tenant.
const insertFact = `insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
	values ($1, gen_random_uuid(), 1, gen_random_uuid(), 't', 's', 'a', 'c', 'c', now(), '', '{}', sha256('x'))`

// TestAttacks is what somebody may try who has got hold of a login.
func TestAttacks(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	mine, theirs := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	submit := db.Log(t, event.Submit)
	for _, tenant := range []uuid.UUID{mine, theirs} {
		if _, err := submit.Append(t.Context(), submission(tenant)); err != nil {
			t.Fatal(err)
		}
	}
	for id, destroyed := range map[int]string{1: "null", 2: "now()"} {
		run(t, db, `insert into dcm.person_keys (tenant_id, person_id, wrapped, destroyed_at) values ('`+mine.String()+`', md5('`+strconv.Itoa(id)+`')::uuid, case when `+destroyed+`::text is null then 'key'::bytea else '' end, `+destroyed+`)`)
	}
	const denied, noSuchTenant, invalidUUID, unsupported, policy = "42501", "42704", "22P02", "0A000", "42501"
	cases := map[string]struct {
		tenant string // named first, in the same transaction; empty: none
		sql    string
		args   []any
		code   string // SQLSTATE
		may    string // roles to which this is no attack
		reason string
	}{
		"InsertForAnother":    {tenant: mine.String(), sql: insertFact, args: []any{theirs}, code: policy, reason: "facts are recorded for one's own tenant"},
		"WorkForAnother":      {tenant: mine.String(), sql: `insert into dcm.work (tenant_id, function, stream_id, kind) values ($1, 'submit', gen_random_uuid(), 'k')`, args: []any{theirs}, code: policy, reason: "work too"},
		"MoveToAnother":       {tenant: mine.String(), sql: `update dcm.work set tenant_id = $1`, args: []any{theirs}, code: policy, reason: "a row cannot be pushed across"},
		"RequestToAnother":    {tenant: mine.String(), sql: `update dcm.requests set tenant_id = $1`, args: []any{theirs}, code: policy, reason: "a row cannot be pushed across"},
		"InsertWithoutTenant": {sql: insertFact, args: []any{mine}, code: noSuchTenant, reason: "without a tenant nothing is recorded"},
		"NotATenant":          {tenant: "all", sql: `select from dcm.facts`, code: invalidUUID, reason: "a tenant is an id"},
		"Update":              {tenant: mine.String(), sql: `update dcm.facts set data = ''`, code: denied, reason: "history is not rewritten"},
		"Delete":              {tenant: mine.String(), sql: `delete from dcm.facts`, code: denied, reason: "history is not rewritten"},
		"Truncate":            {sql: `truncate dcm.facts`, code: denied, reason: "history is not rewritten"},
		"Upsert":              {tenant: mine.String(), sql: strings.Replace(insertFact, "values", "overriding user value values", 1) + ` on conflict (tenant_id, fact_id) do update set data = ''`, args: []any{mine}, code: denied, reason: "history is not rewritten"},
		"LockRows":            {tenant: mine.String(), sql: `select from dcm.facts for update`, code: denied, reason: "nor held up"},
		"DisableRowSecurity":  {sql: `alter table dcm.facts disable row level security`, code: denied, reason: "only an owner may"},
		"NoForce":             {sql: `alter table dcm.facts no force row level security`, code: denied, reason: "only an owner may"},
		"DropPolicy":          {sql: `drop policy tenant_reads on dcm.facts`, code: denied, reason: "only an owner may"},
		"OwnPolicy":           {sql: `create policy open on dcm.facts using (true)`, code: denied, reason: "only an owner may"},
		"DisableTrigger":      {sql: `alter table dcm.facts disable trigger append_only`, code: denied, reason: "only an owner may"},
		"ReplicaMode":         {sql: `set session_replication_role = replica`, code: denied, reason: "it would silence triggers"},
		"BecomeOwner":         {sql: `set role dcm_owner`, code: denied, reason: "a function is not a member"},
		"BecomeAcross":        {sql: `set role dcm_across`, code: denied, reason: "a function is not a member"},
		"BecomeProvision":     {sql: `set role dcm_provision`, code: denied, may: "dcm_provision", reason: "functions are apart"},
		"ChangeLogin":         {sql: `set session authorization dcm_provision`, code: denied, may: "dcm_provision", reason: "what is owed depends on it"},
		"BypassByAttribute":   {sql: `do $$ begin execute format('alter role %I bypassrls', session_user); end $$`, code: denied, reason: "only a superuser may"},
		"RowSecurityOff":      {tenant: mine.String(), sql: `set row_security = off; select from dcm.facts`, code: denied, reason: "it asks for an error instead of a filter, and gets it"},
		"NeverNamed":          {sql: `select from dcm.facts`, code: noSuchTenant, reason: "no tenant, no rows, and it is heard"},
		"NeverNamedWork":      {sql: `select from dcm.work`, code: noSuchTenant, reason: "no tenant, no rows, and it is heard"},
		"NamedEmpty":          {sql: `set dcm.tenant_id = ''; select from dcm.requests`, code: invalidUUID, reason: "no tenant, no rows, and it is heard"},
		"NamedAndReset":       {sql: `set dcm.tenant_id = '` + mine.String() + `'; reset dcm.tenant_id; select from dcm.facts`, code: invalidUUID, reason: "no tenant, no rows, and it is heard"},
		"CopyIn":              {sql: `copy dcm.facts (tenant_id) from stdin`, code: unsupported, reason: "it would go past the policy"},
		"CopyFile":            {sql: `copy dcm.facts from '/etc/passwd'`, code: denied, reason: "functions have no files"},
		"CopyProgram":         {sql: `copy (select 1) to program 'id'`, code: denied, reason: "functions have no shell"},
		"ReadFile":            {sql: `select pg_read_file('/etc/passwd')`, code: denied, reason: "functions have no files"},
		"Secrets":             {tenant: mine.String(), sql: `select from dcm.connection_secrets`, code: denied, may: "dcm_provision", reason: "credentials are provision's alone"},
		"Sessions":            {tenant: mine.String(), sql: `select from dcm.sessions`, code: denied, may: "dcm_web", reason: "sessions are web's alone"},
		"Changes":             {sql: `select dcm.changes('0', 0, 1)`, code: denied, may: "dcm_web", reason: "the live view is web's alone"},
		"NewTable":            {sql: `create table dcm.mine (n int)`, code: denied, reason: "functions do not make tables"},
		"NewFunction":         {sql: `create function dcm.owed(text) returns int language sql as 'select 1'`, code: denied, reason: "functions do not make functions"},
		"ReplaceOwed":         {sql: `create or replace function dcm.owed(int) returns int language sql as 'select 1'`, code: denied, reason: "functions do not make functions"},
		"OperatorInPublic":    {sql: `create function public.now() returns timestamptz language sql as 'select null::timestamptz'`, code: denied, reason: "nor in a schema that others search"},
		"TenantsOfAll":        {sql: `select dcm.tenant_ids()`, code: denied, may: "dcm_operator", reason: "who else is a customer is the operator's"},
		"ChoosePosition":      {tenant: mine.String(), sql: strings.Replace(strings.Replace(insertFact, "(tenant_id,", "(position, tenant_id,", 1), "values (", "overriding system value values (1, ", 1), args: []any{mine}, code: denied, reason: "a refusal would tell which places others have"},
		"ChooseTransaction":   {tenant: mine.String(), sql: strings.Replace(strings.Replace(insertFact, "(tenant_id,", "(xid, tenant_id,", 1), "values (", "values ('9', ", 1), args: []any{mine}, code: denied, reason: "it would hide the fact from those who follow the log"},
		"ChooseMoment":        {tenant: mine.String(), sql: strings.Replace(strings.Replace(insertFact, "(tenant_id,", "(recorded_at, tenant_id,", 1), "values (", "values ('2000-01-01', ", 1), args: []any{mine}, code: denied, reason: "a fact would be in another period's bundle"},
		"NextPosition":        {sql: `select nextval('dcm.facts_position_seq')`, code: denied, reason: "it would tell how much others record"},
		"LastPosition":        {sql: `select last_value from dcm.facts_position_seq`, code: denied, reason: "it would tell how much others record"},
		"DebtsOfAll":          {sql: `select dcm.debts()`, code: denied, may: "dcm_web", reason: "numbers of the installation are for its metrics"},
		"ReplayOfOthers":      {tenant: mine.String(), sql: `select dcm.replay($1, 'notify', gen_random_uuid(), gen_random_uuid(), '')`, args: []any{theirs}, code: denied, may: "dcm_submit dcm_operator", reason: "submit has it asked for by people, and the operator is one"},
		"DropTrigger":         {sql: `drop trigger append_only on dcm.facts`, code: denied, reason: "only an owner may"},
		"ReplaceRefusal":      {sql: `create or replace function dcm.refuse_change() returns trigger language plpgsql as 'begin return new; end'`, code: denied, reason: "only an owner may"},
		"TakeOver":            {sql: `alter table dcm.facts owner to session_user`, code: denied, reason: "only an owner may"},
		"LockOut":             {sql: `lock table dcm.facts in access exclusive mode`, code: denied, reason: "nobody holds up the log"},
		"EndSessions":         {sql: `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' and pid <> pg_backend_pid()`, code: denied, reason: "nobody ends another's session"},
		"RemoveKey":           {tenant: mine.String(), sql: `delete from dcm.person_keys`, code: denied, reason: "erased and never seen are to be told apart"},
		"DestroyKeys":         {tenant: mine.String(), sql: `update dcm.person_keys set wrapped = '', destroyed_at = now()`, code: denied, may: "dcm_submit dcm_operator", reason: "submit has it asked for by people"},
		"ReplaceKey":          {tenant: mine.String(), sql: `update dcm.person_keys set wrapped = 'other'`, code: denied, may: "dcm_operator", reason: "what was sealed would be lost, or another would open it"},
		"ReviveKey":           {tenant: mine.String(), sql: `update dcm.person_keys set wrapped = 'back', destroyed_at = null`, code: denied, reason: "who is erased stays so"},
		"DeadLettersOfAll":    {sql: `select dcm.dead_letters(1)`, code: denied, may: "dcm_operator", reason: "reasons are the operator's"},
	}
	for _, role := range migrate.Roles {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			for name, tc := range cases {
				if slices.Contains(strings.Fields(tc.may), role) {
					continue
				}
				err := attack(t.Context(), db.Connect(t, db.URL(role)), tc.tenant, tc.sql, tc.args...)
				var pg *pgconn.PgError
				if !errors.As(err, &pg) || pg.Code != tc.code {
					t.Errorf("%s: got %v, want SQLSTATE %s: %s", name, err, tc.code, tc.reason)
				}
			}
		})
	}
}

// attack runs sql after naming the tenant, in one transaction that it rolls back.
func attack(ctx context.Context, conn *pgx.Conn, tenant, sql string, args ...any) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if tenant != "" {
		if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, tenant); err != nil {
			return err
		}
	}
	if len(args) == 0 { // may be several statements
		_, err = conn.PgConn().Exec(ctx, sql).ReadAll()
		return err
	}
	_, err = tx.Exec(ctx, sql, args...)
	return err
}

// TestOthersAreUntouched: what a role may do to rows, and does without saying
// whose, it does to the rows of the tenant it has named.
func TestOthersAreUntouched(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	mine, theirs := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	all := tables(t, db)
	for _, table := range all {
		fill(t, db, table, mine)
		fill(t, db, table, theirs)
	}
	for _, role := range migrate.Roles {
		conn := db.Connect(t, db.URL(role))
		for _, table := range all {
			for _, sql := range []string{`update dcm.` + table + ` set tenant_id = tenant_id`, `delete from dcm.` + table} {
				tx, err := conn.Begin(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Exec(t.Context(), `select set_config('dcm.tenant_id', $1, true)`, mine.String()); err != nil {
					t.Fatal(err)
				}
				tag, err := tx.Exec(t.Context(), sql)
				var pg *pgconn.PgError
				if refused := errors.As(err, &pg) && pg.Code == "42501"; !refused && (err != nil || tag.RowsAffected() != 1) {
					t.Errorf("%s: %s: %s, %v; want one's own row alone", role, sql, tag, err)
				}
				if err := tx.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestSameIDsInTwoTenants: whatever ids another tenant has, one's own append is
// not refused for them, and so learns nothing of them.
func TestSameIDsInTwoTenants(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	theirs := submission(uuid.Must(uuid.NewV7()))
	mine := theirs
	mine.Key.Tenant = uuid.Must(uuid.NewV7())
	submit := db.Log(t, event.Submit)
	for _, r := range []eventlog.Record{theirs, mine} {
		if _, err := submit.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	err := attack(t.Context(), db.Connect(t, db.URL("dcm_submit")), mine.Key.Tenant.String(), `
		insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
		select $1, f.stream_id, 2, $2, 't', 's', 'a', 'c', 'c', now(), '', '{}', sha256('x') from dcm.facts f`,
		mine.Key.Tenant, event.DeriveID(theirs.Key.Tenant, "whatever"))
	if err != nil {
		t.Errorf("got %v: an id of another tenant is free in one's own", err)
	}
}

// TestPooledConnectionForgets: the tenant named by one piece of work must not be
// there for the next on the same connection.
func TestPooledConnectionForgets(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := submission(uuid.Must(uuid.NewV7()))
	if _, err := db.Log(t, event.Submit).Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	conn := db.Connect(t, db.URL("dcm_submit"))
	for range 2 { // before and after a tenant was named on the connection
		for _, table := range []string{"facts", "work", "requests"} {
			if _, err := conn.Exec(t.Context(), `select from dcm.`+table); err == nil {
				t.Errorf("%s could be read without a tenant", table)
			}
		}
		if err := attack(t.Context(), conn, r.Key.Tenant.String(), `select from dcm.facts`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOtherTenantIsInvisible reads every table with every login.
func TestOtherTenantIsInvisible(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	mine, theirs := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for _, table := range tables(t, db) {
		for _, tenant := range []uuid.UUID{mine, theirs} {
			fill(t, db, table, tenant)
		}
	}
	for _, role := range migrate.Roles {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			conn := db.Connect(t, db.URL(role))
			for _, table := range tables(t, db) {
				seen, err := tenantsIn(t.Context(), conn, mine, table)
				var pg *pgconn.PgError
				if errors.As(err, &pg) && pg.Code == "42501" {
					continue // not this role's table at all
				}
				if err != nil || len(seen) != 1 || seen[0] != mine {
					t.Errorf("%s shows tenants %v, %v; want one's own alone", table, seen, err)
				}
			}
		})
	}
}

// fill puts one row of the tenant into a table, whatever its columns are.
func fill(t *testing.T, db *pgtest.DB, table string, tenant uuid.UUID) {
	t.Helper()
	conn := db.Connect(t, db.Admin)
	rows, err := conn.Query(t.Context(), `
		select format('%I', attname), case
			when attname = 'tenant_id' then quote_literal($2::text)
			when attname = 'kind' then quote_literal('k')
			when attname = 'fact_id' and $1 = 'work' then quote_literal('00000000-0000-0000-0000-000000000000')
			when atttypid = 'uuid'::regtype then 'gen_random_uuid()'
			when atttypid = 'bytea'::regtype then 'sha256(''x'')'
			when atttypid = 'jsonb'::regtype then quote_literal('[]')
			when atttypid = 'text[]'::regtype then quote_literal('{}')
			when atttypid = 'boolean'::regtype then 'false'
			when atttypid in ('timestamptz'::regtype, 'date'::regtype) then 'now()'
			when atttypid in ('int'::regtype, 'bigint'::regtype) then '1'
			else quote_literal('x') end
		from pg_attribute where attrelid = ('dcm.' || $1)::regclass and attnum > 0 and attnotnull and attidentity = '' and atttypid <> 'xid8'::regtype`,
		table, tenant.String())
	if err != nil {
		t.Fatal(err)
	}
	var columns, values []string
	var column, value string
	if _, err := pgx.ForEachRow(rows, []any{&column, &value}, func() error {
		columns, values = append(columns, column), append(values, value)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	run(t, db, `insert into dcm.`+table+` (`+strings.Join(columns, ", ")+`) values (`+strings.Join(values, ", ")+`)`)
}

func tenantsIn(ctx context.Context, conn *pgx.Conn, tenant uuid.UUID, table string) ([]uuid.UUID, error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, tenant.String()); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `select distinct tenant_id from dcm.`+table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// TestHistoryIsNotRewritten, not even by a superuser who does not mean to.
func TestHistoryIsNotRewritten(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := db.Log(t, event.Submit).Append(t.Context(), submission(uuid.Must(uuid.NewV7()))); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`update dcm.facts set data = ''`, `update dcm.facts set version = version`, `delete from dcm.facts`, `truncate dcm.facts`, `truncate dcm.facts cascade`,
		`merge into dcm.facts f using (select 1) s on true when matched then delete`,
	} {
		_, err := db.Connect(t, db.Admin).Exec(t.Context(), sql)
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "42501" || !strings.Contains(pg.Message, "append-only") {
			t.Errorf("%s: got %v, want it refused", sql, err)
		}
	}
}

// TestFunctionsAcrossTenants: they give each function its own names of work,
// whatever the caller has put in their way.
func TestFunctionsAcrossTenants(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	r := submission(uuid.Must(uuid.NewV7()))
	if _, err := db.Log(t, event.Submit).Append(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	traps := map[string]string{
		"Plain":     `select 1`,
		"TempTable": `create temp table work (like dcm.work including defaults); insert into work (tenant_id, function, stream_id, kind) values (gen_random_uuid(), 'approve', gen_random_uuid(), 'trap'); set search_path = pg_temp, dcm`,
		"TempFunction": `create function pg_temp.clock_timestamp() returns timestamptz language sql as 'select ''infinity''::timestamptz';
			create function pg_temp.replace(text, text, text) returns text language sql as 'select ''notify''::text';
			set search_path = pg_temp, pg_catalog`,
		"TempOperator": `create function pg_temp.always(text, text) returns boolean language sql as 'select true';
			create operator pg_temp.= (leftarg = text, rightarg = text, function = pg_temp.always); set search_path = pg_temp, pg_catalog`,
		"Tenant": `set dcm.tenant_id = '00000000-0000-0000-0000-000000000000'`,
		"Role":   `set role dcm_app`,
	}
	for name, trap := range traps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := db.Connect(t, db.URL("dcm_approve"))
			if _, err := conn.PgConn().Exec(t.Context(), trap).ReadAll(); err != nil {
				t.Fatalf("the trap does not work: %v", err)
			}
			rows, err := conn.Query(t.Context(), `select stream_id from dcm.owed(10)`)
			if err != nil {
				t.Fatal(err)
			}
			owed, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
			if err != nil || len(owed) != 1 || owed[0] != r.Key.Stream {
				t.Errorf("owed %v, %v; want approve's one fact", owed, err)
			}
		})
	}
}

// TestLeakyFunction: a cheap function in a condition must not be shown rows
// before the policy has sorted them out.
func TestLeakyFunction(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	mine, theirs := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for _, tenant := range []uuid.UUID{mine, theirs} {
		if _, err := db.Log(t, event.Submit).Append(t.Context(), submission(tenant)); err != nil {
			t.Fatal(err)
		}
	}
	config, err := pgx.ParseConfig(db.URL("dcm_submit"))
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { seen = append(seen, n.Message) }
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	err = attack(t.Context(), conn, mine.String(), `
		create function pg_temp.leak(uuid) returns boolean language plpgsql cost 0.0000001 as 'begin raise notice ''%'', $1; return true; end';
		select count(*) from dcm.facts where pg_temp.leak(tenant_id)`)
	if err != nil || len(seen) != 1 || seen[0] != mine.String() {
		t.Errorf("the function saw %v, %v; want one's own tenant alone", seen, err)
	}
}
