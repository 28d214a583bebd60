package pgtest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// A pool keeps databases that are empty again: to clone one takes ten times as
// long as to empty it.
type pool struct {
	mu    sync.Mutex // guards all below
	names []string
	shape string // of a clone's schema; empty until one was made
}

func (p *pool) take() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.names) == 0 {
		return "", false
	}
	last := len(p.names) - 1
	name := p.names[last]
	p.names = p.names[:last]
	return name, true
}

// learn says how a database looks that no test has had.
func (p *pool) learn(shape string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shape = shape
}

// put takes a database in, unless its schema was changed.
func (p *pool) put(name, shape string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if shape != p.shape {
		return false
	}
	p.names = append(p.names, name)
	return true
}

// borrow finds an empty database or makes one.
func (c *cluster) borrow(ctx context.Context) (string, error) {
	if c.spare == nil {
		return c.fresh(ctx)
	}
	if name, ok := c.spare.take(); ok {
		return name, nil
	}
	name, err := c.fresh(ctx)
	if err != nil {
		return "", err
	}
	shape, err := c.shapeOf(ctx, name, selectShape)
	c.spare.learn(shape)
	return name, err
}

func (c *cluster) fresh(ctx context.Context) (string, error) {
	name := "dcm_test_" + random()
	return name, c.clone(ctx, name)
}

// giveBack empties a database for the next test. One that was changed or is
// still in use is dropped.
func (c *cluster) giveBack(ctx context.Context, name string) error {
	if c.spare != nil {
		if shape, err := c.shapeOf(ctx, name, reset, selectShape); err == nil && c.spare.put(name, shape) {
			return nil
		}
	}
	return c.drop(ctx, name)
}

// selectShape sums up what a test might have changed: tables, functions,
// policies, triggers, their owners and rights, and the steps it says to have.
const selectShape = `
select md5(string_agg(x::text, ',' order by x::text)) from (
	select c.oid, c.relname, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relnatts::int from pg_class c where c.relnamespace in ('dcm'::regnamespace, 'public'::regnamespace)
	union all select p.oid, p.proname, p.proowner, p.proacl, p.prosecdef, false, 0 from pg_proc p where p.pronamespace in ('dcm'::regnamespace, 'public'::regnamespace)
	union all select p.oid, p.polname, p.polrelid, null, false, false, 0 from pg_policy p
	union all select t.oid, t.tgname, t.tgrelid, null, t.tgenabled = 'O', false, 0 from pg_trigger t
	union all select 0, v.version_id::text::name, 0, null, v.is_applied, false, v.id from public.dcm_schema_versions v
) x`

// reset empties all tables. Triggers refuse that to everybody, so they sleep.
const reset = `
set lock_timeout = '2s';
set session_replication_role = replica;
do $$ begin
	execute (select 'truncate ' || string_agg(oid::regclass::text, ', ') || ' restart identity'
		from pg_class where relnamespace = 'dcm'::regnamespace and relkind in ('r', 'p'));
end $$`

// shapeOf runs statements on the database and returns what the last one says.
func (c *cluster) shapeOf(ctx context.Context, name string, statements ...string) (string, error) {
	conn, err := pgx.Connect(ctx, address(c.admin, nil, name))
	if err != nil {
		return "", fmt.Errorf("look at the test's database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	results, err := conn.PgConn().Exec(ctx, strings.Join(statements, ";")).ReadAll()
	if err != nil {
		return "", fmt.Errorf("look at the test's database: %w", err)
	}
	return string(results[len(results)-1].Rows[0][0]), nil
}
