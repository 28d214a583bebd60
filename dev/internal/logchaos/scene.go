package logchaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/dev/internal/wire"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A scene is a database and everybody around it, for one scenario.
type scene struct {
	database string
	quick    bool
	seed     uint64

	tenants  [2]tenant
	wire     *wire.Wire // between everybody and the server
	promises *ledger.Ledger
	file     string // of the ledger
	tally    chaos.Tally
	logs     []*pglog.Log
	bell     *bell
	crew     *crew
	trail    *trail
	lenient  bool // connections are stormed on purpose: U8 has no bound
	// restarted says that the live view has begun anew on a copy, where it may be
	// told of facts again.
	restarted bool
	leave     func() error // closes the server that everybody has moved to

	mu       sync.Mutex // guards below
	server   *server
	attempts []checker.Attempt
	windows  []checker.Window
	told     map[uuid.UUID][]string // errors, by the tenant that saw them
	most     int                    // server connections at once
	broken   []checker.Violation    // what scenarios found themselves
}

// A tenant has a word that nobody else ever says.
type tenant struct {
	id     uuid.UUID
	canary string
}

// newScene makes a database and opens the doors to it; nobody does anything yet.
func newScene(ctx context.Context, s *server, dir string, seed uint64, quick bool) (*scene, error) {
	name, err := s.next(ctx)
	if err != nil {
		return nil, err
	}
	c := &scene{server: s, database: name, quick: quick, seed: seed, told: map[uuid.UUID][]string{}, file: filepath.Join(dir, name+".ledger")}
	for i := range c.tenants {
		id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "tenant", seed, i))
		c.tenants[i] = tenant{id: id, canary: fmt.Sprintf("canary-%s", id.String()[:8])}
	}
	if c.wire, err = wire.Open(s.DatabaseURL(name), c.random("wire")); err != nil {
		return nil, err
	}
	if c.promises, err = ledger.Create(c.file); err != nil {
		return nil, errors.Join(err, c.wire.Close())
	}
	if c.bell, err = newBell(c); err == nil {
		c.crew, err = newCrew(ctx, c)
	}
	if err == nil {
		c.trail, err = newTrail(ctx, c)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// home is the server that the database is on.
func (c *scene) home() *server {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server
}

// settleIn makes another server the one that the database is on.
func (c *scene) settleIn(there *server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = there
}

// random is chance of one's own, drawn from the seed: what one does with it
// changes nothing for others.
func (c *scene) random(who string) *rand.Rand {
	h := uuid.NewSHA1(uuid.Nil, []byte(who))
	var n uint64
	for _, b := range h[:8] {
		n = n<<8 | uint64(b)
	}
	return rand.New(rand.NewPCG(c.seed, n))
}

// role is a function's login, by way of the wire.
func (c *scene) role(f event.Function) string {
	login := "dcm_" + strings.ReplaceAll(string(f), "-", "_")
	return c.wire.Through(c.home().RoleURL(login, c.home().suite.password, c.database))
}

// open opens the log as a function does.
func (c *scene) open(ctx context.Context, f event.Function, conns int32) (*pglog.Log, error) {
	log, err := pglog.Open(ctx, pglog.Config{URL: c.role(f), MaxConns: conns}, readmodel.Project)
	if err == nil {
		c.logs = append(c.logs, log)
	}
	return log, err
}

// connect opens a plain connection with a function's login.
func (c *scene) connect(ctx context.Context, f event.Function) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, c.role(f))
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", f, err)
	}
	return conn, nil
}

// admin connects as the superuser, past the wire.
func (c *scene) admin(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, c.home().DatabaseURL(c.database))
	if err != nil {
		return nil, fmt.Errorf("connect as the superuser: %w", err)
	}
	return conn, nil
}

// exec runs statements as the superuser.
func (c *scene) exec(ctx context.Context, sql string) error {
	conn, err := c.admin(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("as the superuser: %w", err)
	}
	return nil
}

// count asks the superuser for a number.
func (c *scene) count(ctx context.Context, sql string, args ...any) (int, error) {
	return c.home().ask(ctx, c.database, sql, args...)
}

// during runs what breaks something, and remembers when that was.
func (c *scene) during(fault func() error) error {
	from := time.Now()
	err := fault()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.windows = append(c.windows, checker.Window{From: from, To: time.Now()})
	return err
}

// tried remembers how an attempt went, and what the tenant was told.
func (c *scene) tried(tenant uuid.UUID, began time.Time, err error) {
	a := checker.Attempt{At: began, Took: time.Since(began)}
	if err != nil {
		a.Failed = err.Error()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attempts = append(c.attempts, a)
	if err != nil {
		c.told[tenant] = append(c.told[tenant], err.Error())
	}
}

// watch samples how many connections DCM's logins have, until ctx ends.
func (c *scene) watch(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := c.count(ctx, `select count(*) from pg_stat_activity where datname = $1 and usename like 'dcm_%'`, c.database)
		if err == nil {
			c.mu.Lock()
			c.most = max(c.most, n)
			c.mu.Unlock()
		}
		chaos.Pause(ctx, 100*time.Millisecond)
	}
}

// violate notes that a promise was broken.
func (c *scene) violate(check checker.Check, format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = append(c.broken, checker.Violation{Check: check, Detail: fmt.Sprintf(format, args...)})
}

// close ends what is open.
func (c *scene) close() error {
	var ring error
	if c.bell != nil {
		ring = c.bell.close()
	}
	for _, l := range c.logs {
		l.Close()
	}
	c.logs = nil
	if c.leave != nil {
		ring = errors.Join(ring, c.leave())
	}
	return errors.Join(ring, c.wire.Close(), c.promises.Close())
}
